import { assertPlan, type ClusterPlan } from '../cluster.ts';
import type { Line, Written } from '../dialect.ts';
import { ignoresWeights, strategyNote } from '../families.ts';
import { silencesOf, type Silences } from '../features.ts';
import { head, lines } from '../words.ts';
import { companions } from './companions.ts';
import { gateOf } from './gate.ts';
import { runOf } from './run.ts';
import { pickOf, type Pick } from './strategies.ts';

const silences: Silences = {
	queue: 'This program has no queue: when every server has its limit, a request gets 503 at once.',
	'first backup': 'Backups stand in together, chosen by the same strategy.',
	'backup group': 'Backups stand in for single requests too, that all others have failed.',
	'retries avoiding the last':
		'A retry avoids all servers that this request has failed on, not only the last.',
	'retries in place': 'A retry goes to another server, never to the same one.',
	'rounds of retries': 'When a request has failed on every server, it gets 502: nobody is asked twice.',
	'retries of any failure': 'Only requests without a body and with a safe method are tried again.',
	backoff: 'A retry is sent at once: there is no pause before it.',
	budget: 'There is no retry budget: retries count for each request by itself.',
	hedging: 'No second request is sent while the first is under way: there is no hedging.',
	'failures in a window': 'Failures count in a row, and not within a window.',
	'slow start': 'There is no slow start: a server that is back has its whole share at once.',
	'no timeout': 'Our gate waits for ever; a real one must not: after 60 s it answers 504.',
	connections: 'A server is chosen for each request, not for each connection.',
	autoscaler: 'The program starts no servers: their list is in the source.'
};

export const check = 'go mod tidy && go vet && go test -race && go build -race';

/** A small complete program, with its test. */
export function writeGo(plan: ClusterPlan): Written {
	assertPlan(plan);
	const pick = pickOf(plan);
	const note = strategyNote(plan, 'it', pick);
	const weighed = pick.needs === 'current' || pick.body.some((line) => line.includes('.weight'));
	const notes = [
		...(note === undefined ? [] : [note]),
		...(!weighed && !ignoresWeights(plan) && plan.servers.some(({ weight }) => weight > 1)
			? ['Weights do not count in it.']
			: []),
		...silencesOf(plan, silences)
	];
	return {
		notes,
		files: [{ name: 'main.go', lines: [...main(plan, pick, notes)] }, ...companions]
	};
}

function main(plan: ClusterPlan, pick: Pick, notes: readonly string[]): readonly Line[] {
	const { checks } = plan.balancer;
	const byAddress = pick.needs === 'key' && plan.key.by === 'address';
	const imports = [
		...['context', 'errors', 'log', 'io', 'net/http', 'os', 'os/signal', 'sync', 'syscall', 'time'],
		...['net'],
		...pick.imports,
		...(checks?.probe === 'http' ? ['fmt'] : [])
	].toSorted();
	return [
		...head('//', plan, 'Go 1.19 and later', check, notes, 'this program'),
		...lines(
			'gate',
			'package main',
			'',
			'import (',
			...[...new Set(imports)].map((name) => `	"${name}"`),
			'',
			'	"github.com/gorilla/mux"',
			')',
			''
		),
		...gateOf(plan, pick),
		...runOf(plan, byAddress)
	];
}
