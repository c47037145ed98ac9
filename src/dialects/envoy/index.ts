import type { Dialect } from '../dialect.ts';
import { proof, writeEnvoy } from './write.ts';

/** Envoy's v3 API, which no package of a distribution runs: a test holds what is written against its published messages. */
export const envoy: Dialect = {
	title: 'Envoy',
	file: 'envoy.yaml',
	check: 'envoy --mode validate -c envoy.yaml',
	proof,
	write: writeEnvoy
};
