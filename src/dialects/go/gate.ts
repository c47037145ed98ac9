import type { ClusterPlan } from '../cluster.ts';
import type { Line } from '../dialect.ts';
import { ignoresWeights, weightsOf, wholeWeights } from '../families.ts';
import { lines } from '../words.ts';
import { keyExpression, type Pick } from './strategies.ts';
import { tight } from './time.ts';

/** The servers, and the gate that chooses among them, counts, and tries again. */
export function gateOf(plan: ClusterPlan, pick: Pick): readonly Line[] {
	return [...serversOf(plan, pick), ...gate(plan, pick), ...roundTrip(plan)];
}

function serversOf(plan: ClusterPlan, { needs }: Pick): readonly Line[] {
	const { weights } = wholeWeights(
		ignoresWeights(plan) ? weightsOf(plan) : plan.servers.map(({ weight }) => weight),
		1000
	);
	return [
		...lines(
			'gate',
			'// A server, and what is known of it. Everything below the line is guarded by the gate’s mutex.',
			'type server struct {',
			'	name, address string',
			'	weight        int // 0: it takes nothing for now',
			'	limit         int // requests at once; 0: as many as come',
			'	backup        bool',
			'',
			'	inflight int',
			'	failed   int // in a row',
			'	out      time.Time',
			'	down     bool',
			...(needs === 'current' ? ['	current  int'] : []),
			'}',
			'',
			'var servers = []*server{'
		),
		...plan.servers.map(({ id, address, limit, backup }, index): Line => {
			const words = [`name: ${JSON.stringify(id)}`, `address: ${JSON.stringify(address)}`];
			words.push(`weight: ${String(weights[index] ?? 1)}`);
			if (limit !== null) words.push(`limit: ${String(limit)}`);
			if (backup) words.push('backup: true');
			return { text: `	{${words.join(', ')}},`, part: { server: id } };
		}),
		...lines('gate', '}', '')
	];
}

function gate(plan: ClusterPlan, pick: Pick): readonly Line[] {
	const { health, panic, checks } = plan.balancer;
	const key = pick.needs === 'key' ? keyExpression(plan) : undefined;
	const sticky = plan.balancer.sticky;
	const careful = panic && (health !== null || checks !== null);
	const search = [
		'for _, backup := range []bool{false, true} {',
		'	var from []*server',
		'	for _, s := range servers {',
		`		if s.backup == backup && s.fits(tried, ${careful ? 'panicking' : 'false'}) {`,
		'			from = append(from, s)',
		'		}',
		'	}',
		'	if len(from) > 0 {',
		`		s := g.pick(from${key === undefined ? '' : `, ${key}`})`,
		'		s.inflight++',
		'		return s',
		'	}',
		'}'
	];
	return lines(
		'gate',
		'// gate chooses and counts in one step: between the two nobody else may look.',
		'type gate struct {',
		...(pick.needs === 'turn'
			? ['	mu   sync.Mutex', '	turn int', '	next http.RoundTripper']
			: ['	mu   sync.Mutex', '	next http.RoundTripper']),
		'}',
		'',
		`func (g *gate) acquire(r *http.Request, tried map[*server]bool) *server {`,
		'	g.mu.Lock()',
		'	defer g.mu.Unlock()',
		...(sticky
			? [
					'	if cookie, err := r.Cookie("server"); err == nil {',
					'		for _, s := range servers {',
					'			if s.name == cookie.Value && s.fits(tried, false) {',
					'				s.inflight++',
					'				return s',
					'			}',
					'		}',
					'	}'
				]
			: []),
		...(careful
			? [
					'	// When all are out, all are asked: some may be better than their reputation.',
					'	for _, panicking := range []bool{false, true} {',
					...search.map((line) => `		${line}`),
					'	}'
				]
			: search.map((line) => `	${line}`)),
		'	return nil',
		'}',
		'',
		'func (s *server) fits(tried map[*server]bool, panicking bool) bool {',
		'	well := panicking || !s.down && time.Now().After(s.out)',
		'	return well && s.weight > 0 && !tried[s] && (s.limit == 0 || s.inflight < s.limit)',
		'}',
		'',
		`// pick: ${pick.says}.`,
		`func (g *gate) pick(from []*server${key === undefined ? '' : ', key string'}) *server {`,
		...pick.body.map((line) => `	${line}`),
		'}',
		'',
		'func (g *gate) release(s *server) {',
		'	g.mu.Lock()',
		'	defer g.mu.Unlock()',
		'	s.inflight--',
		'}',
		'',
		'func (g *gate) judge(s *server, well bool) {',
		'	g.mu.Lock()',
		'	defer g.mu.Unlock()',
		'	if well {',
		'		s.failed = 0',
		'		return',
		'	}',
		'	s.failed++',
		...(health === null
			? []
			: [
					`	if s.failed >= ${String(health.fall)} {`,
					`		s.failed, s.out = 0, time.Now().Add(${tight(health.ejectMs)})`,
					'		log.Printf("%s is left out: it failed too often", s.name)',
					'	}'
				]),
		'}',
		''
	);
}

function roundTrip({ balancer, retryOn }: ClusterPlan): readonly Line[] {
	const { retries, sticky } = balancer;
	const failed = 'err != nil || response.StatusCode >= 500';
	return lines(
		'gate',
		'var errNobody = errors.New("no server has room")',
		'',
		'// RoundTrip sends a request to one server, and where that is safe to another when it fails.',
		'func (g *gate) RoundTrip(r *http.Request) (*http.Response, error) {',
		'	tried := map[*server]bool{}',
		'	safe := (r.Body == nil || r.Body == http.NoBody) && r.Method != http.MethodPost && r.Method != http.MethodPatch',
		'	for attempt := 0; ; attempt++ {',
		'		s := g.acquire(r, tried)',
		'		if s == nil {',
		'			return nil, errNobody',
		'		}',
		'		out := r.Clone(r.Context())',
		'		out.URL.Scheme, out.URL.Host = "http", s.address',
		'		response, err := g.next.RoundTrip(out)',
		`		failed := ${failed}`,
		'		// A client that has left is nobody’s failure.',
		'		g.judge(s, !failed || r.Context().Err() != nil)',
		`		again := safe && attempt < ${String(retries)} && r.Context().Err() == nil && ${retryOn === 'any' ? 'failed' : 'err != nil'}`,
		'		if again {',
		'			tried[s] = true',
		'			if g.free(tried) {',
		'				if err == nil {',
		'					response.Body.Close()',
		'				}',
		'				g.release(s)',
		'				continue',
		'			}',
		'		}',
		'		if err != nil {',
		'			g.release(s)',
		'			return nil, err',
		'		}',
		'		response.Header.Set("X-Served-By", s.name)',
		...(sticky
			? [
					'		cookie := http.Cookie{Name: "server", Value: s.name, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}',
					'		response.Header.Add("Set-Cookie", cookie.String())'
				]
			: []),
		'		if response.StatusCode == http.StatusSwitchingProtocols {',
		'			// Its body is the connection itself, and must stay what it is.',
		'			g.release(s)',
		'			return response, nil',
		'		}',
		'		response.Body = &counted{ReadCloser: response.Body, done: func() { g.release(s) }}',
		'		return response, nil',
		'	}',
		'}',
		'',
		'// free: somebody is left for another try.',
		'func (g *gate) free(tried map[*server]bool) bool {',
		'	g.mu.Lock()',
		'	defer g.mu.Unlock()',
		'	for _, s := range servers {',
		'		if s.fits(tried, false) {',
		'			return true',
		'		}',
		'	}',
		'	return false',
		'}',
		'',
		'// counted is in flight until its body is closed.',
		'type counted struct {',
		'	io.ReadCloser',
		'	once sync.Once',
		'	done func()',
		'}',
		'',
		'func (c *counted) Close() error {',
		'	defer c.once.Do(c.done)',
		'	return c.ReadCloser.Close()',
		'}',
		''
	);
}
