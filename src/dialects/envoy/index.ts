import type { Dialect } from '../dialect.ts';
import { writeEnvoy } from './write.ts';

/**
 * Envoy's v3 API (envoy/config/cluster/v3, envoy/config/route/v3, 2024), read and not run: no package of it is to be
 * had here, so the file is held against the names and bounds of its published messages by a test, and not by Envoy.
 */
export const envoy: Dialect = {
	title: 'Envoy',
	file: 'envoy.yaml',
	check: 'envoy --mode validate -c envoy.yaml',
	write: writeEnvoy
};
