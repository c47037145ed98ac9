import type { ClusterPlan } from '../cluster.ts';
import { familyOf, type Spoken } from '../families.ts';
import { keyWords, knob } from '../words.ts';

export interface Pick extends Spoken {
	/** The body of `pick`: `from` is never empty, and `g.mu` is held. */
	readonly body: readonly string[];
	readonly imports: readonly string[];
	/** Whether it looks at the request's key, or keeps a turn. */
	readonly needs: 'key' | 'turn' | 'current' | 'nothing';
}

const turns = ['g.turn++', 'return from[(g.turn-1)%len(from)]'];

const smooth = [
	'total := 0',
	'var best *server',
	'for _, s := range from {',
	'	s.current += s.weight',
	'	total += s.weight',
	'	if best == nil || s.current > best.current {',
	'		best = s',
	'	}',
	'}',
	'best.current -= total',
	'return best'
];

const lot = ['return from[rand.Intn(len(from))]'];

const weightedLot = [
	'total := 0',
	'for _, s := range from {',
	'	total += s.weight',
	'}',
	'at := rand.Intn(total)',
	'for _, s := range from {',
	'	if at -= s.weight; at < 0 {',
	'		return s',
	'	}',
	'}',
	'return from[0]'
];

const least = (weighted: boolean): readonly string[] => {
	const less = weighted ? 's.inflight*best.weight < best.inflight*s.weight' : 's.inflight < best.inflight';
	const same = less.replace('<', '==');
	return [
		'var best *server',
		'tied := 0',
		'for _, s := range from {',
		'	switch {',
		`	case best == nil || ${less}:`,
		'		best, tied = s, 1',
		`	case ${same}:`,
		'		// Each of those who tie is as likely as the others.',
		'		if tied++; rand.Intn(tied) == 0 {',
		'			best = s',
		'		}',
		'	}',
		'}',
		'return best'
	];
};

const someOf = (choices: number): readonly string[] => [
	'var best *server',
	'for i, at := range rand.Perm(len(from)) {',
	`	if i == ${String(choices)} {`,
	'		break',
	'	}',
	'	if best == nil || from[at].inflight < best.inflight {',
	'		best = from[at]',
	'	}',
	'}',
	'return best'
];

const rendezvous = [
	'var best *server',
	'var highest uint32',
	'for _, s := range from {',
	'	// Every server draws a number for the key, and the highest wins: who leaves takes only its own keys along.',
	'	h := fnv.New32a()',
	'	io.WriteString(h, key+s.address)',
	'	if drawn := h.Sum32(); best == nil || drawn > highest {',
	'		best, highest = s, drawn',
	'	}',
	'}',
	'return best'
];

const first = ['return from[0]'];

/** How the Go program picks: its own dozen lines for the plan's strategy, or for the nearest. */
export function pickOf(plan: ClusterPlan): Pick {
	const { name } = plan.strategy;
	const said = (
		says: string,
		body: readonly string[],
		needs: Pick['needs'],
		imports: readonly string[] = []
	): Pick => ({ says, body, needs, imports, exact: true });
	const other = (pick: Pick, differs: string): Pick => ({ ...pick, exact: false, differs });
	const byTurns = said('turns', turns, 'turn');
	const bySmooth = said('smooth weighted round robin', smooth, 'current');
	const byKey = said('the highest draw for the key', rendezvous, 'key', ['hash/fnv', 'io']);
	const random = ['math/rand'];
	switch (name) {
		case 'round-robin':
			return byTurns;
		case 'smooth-weighted-round-robin':
			return bySmooth;
		case 'random':
			return said('a lot', lot, 'nothing', random);
		case 'weighted-random':
			return said('a lot by weight', weightedLot, 'nothing', random);
		case 'least-connections':
			return said('the fewest in flight', least(false), 'nothing', random);
		case 'two-choices':
			return said('the less busy of some', someOf(knob(plan, 'choices')), 'nothing', random);
		case 'caddy-hash':
			return byKey;
		case 'haproxy-first':
			return said('the first with room', first, 'nothing');
		default:
	}
	switch (familyOf(name)) {
		case 'turns':
			return other(bySmooth, 'the same shares, in another order');
		case 'lot':
			return said('a lot by weight', weightedLot, 'nothing', random);
		case 'least':
			return other(
				said('the fewest in flight by weight', least(true), 'nothing', random),
				'a lot decides among equals'
			);
		case 'latency':
			return other(
				said('the fewest in flight', least(false), 'nothing', random),
				'this small program measures no latency, and counts requests in flight instead'
			);
		case 'least of some':
			return other(
				said('the less busy of two', someOf(2), 'nothing', random),
				'two different ones are drawn, and weights do not count'
			);
		case 'first':
			return said('the first with room', first, 'nothing');
		case 'key':
		case 'ring':
			return other(
				byKey,
				`${keyWords(plan.key)} decides here too, but by other numbers and without weights, so a client has another server`
			);
	}
}

/** An expression for the key of `r`, and what it needs. */
export function keyExpression({ key }: ClusterPlan): string {
	switch (key.by) {
		case 'address':
			return 'host(r.RemoteAddr)';
		case 'uri':
			return key.whole === true ? 'r.URL.RequestURI()' : 'r.URL.Path';
		case 'parameter':
			return `r.URL.Query().Get(${JSON.stringify(key.name)})`;
		case 'header':
			return `r.Header.Get(${JSON.stringify(key.name)})`;
	}
}
