import { assertPlan, type ClusterPlan } from '../cluster.ts';
import type { Line, Written } from '../dialect.ts';
import { ignoresWeights, strategyNote, weightsOf, wholeWeights } from '../families.ts';
import { silencesOf, type Silences } from '../features.ts';
import { head, lines, splitAddress } from '../words.ts';
import { keyExpression, pickOf, type Pick } from './strategies.ts';

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

/** A small complete program: main.go, the two ways to rewrite a request, and go.mod. */
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
		files: [
			{ name: 'main.go', lines: [...main(plan, pick, notes)] },
			{ name: 'rewrite.go', lines: rewrite },
			{ name: 'director.go', lines: director },
			{
				name: 'go.mod',
				lines: lines(
					undefined,
					'module golangia.example/gate',
					'',
					'go 1.19',
					'',
					'require github.com/gorilla/mux v1.8.0'
				)
			}
		]
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
		...head(
			'//',
			plan,
			'Go 1.19 and later',
			'go mod tidy && go vet && go build -race',
			notes,
			'this program'
		),
		...lines(
			undefined,
			'package main',
			'',
			'import (',
			...[...new Set(imports)].map((name) => `	"${name}"`),
			'',
			'	"github.com/gorilla/mux"',
			')',
			''
		),
		...serversOf(plan, pick),
		...gate(plan, pick),
		...roundTrip(plan),
		...(checks === null ? [] : check(plan)),
		...run(plan, byAddress)
	];
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

function check({ balancer, checkPath }: ClusterPlan): readonly Line[] {
	const { checks } = balancer;
	if (checks === null) return [];
	const probe =
		checks.probe === 'tcp'
			? [
					'func probe(address string) error {',
					`	connection, err := net.DialTimeout("tcp", address, ${tight(checks.timeoutMs)})`,
					'	if err != nil {',
					'		return err',
					'	}',
					'	return connection.Close()',
					'}'
				]
			: [
					`var prober = &http.Client{Timeout: ${goTime(checks.timeoutMs)}}`,
					'',
					'// A page, and not only a port: a server that hangs still takes connections.',
					'func probe(address string) error {',
					`	response, err := prober.Get("http://" + address + ${JSON.stringify(checkPath)})`,
					'	if err != nil {',
					'		return err',
					'	}',
					'	defer response.Body.Close()',
					'	if response.StatusCode >= 400 {',
					'		return fmt.Errorf("it answers %s", response.Status)',
					'	}',
					'	return nil',
					'}'
				];
	return lines(
		'checks',
		...probe,
		'',
		'// watch asks a server every so often, until the program ends.',
		'func (g *gate) watch(ctx context.Context, s *server) {',
		`	const fall, rise = ${String(checks.fall)}, ${String(checks.rise)}`,
		`	ticker := time.NewTicker(${goTime(checks.everyMs)})`,
		'	defer ticker.Stop()',
		'	for against := 0; ; {',
		'		select {',
		'		case <-ctx.Done():',
		'			return',
		'		case <-ticker.C:',
		'		}',
		'		err := probe(s.address)',
		'		g.mu.Lock()',
		'		if (err != nil) == s.down {',
		'			against = 0',
		'		} else if against++; !s.down && against >= fall || s.down && against >= rise {',
		'			s.down, against = !s.down, 0',
		'			log.Printf("%s is down: %v (%v)", s.name, s.down, err)',
		'		}',
		'		g.mu.Unlock()',
		'	}',
		'}',
		''
	);
}

function run(plan: ClusterPlan, byAddress: boolean): readonly Line[] {
	const { balancer, connectMs, clientMs, frontend } = plan;
	const { host, port } = splitAddress(frontend);
	const listen = `${host === '*' ? '' : host}:${String(port)}`;
	const client = goTime(clientMs ?? 60_000);
	const { most, checks, timeoutMs } = balancer;
	return [
		...(byAddress
			? lines(
					'gate',
					'func host(address string) string {',
					'	if host, _, err := net.SplitHostPort(address); err == nil {',
					'		return host',
					'	}',
					'	return address',
					'}',
					''
				)
			: []),
		...(most === null
			? []
			: lines(
					'gate',
					'// atMost lets so many requests in at once; more are turned away at the gate.',
					'func atMost(most int, next http.Handler) http.Handler {',
					'	inside := make(chan struct{}, most)',
					'	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {',
					'		select {',
					'		case inside <- struct{}{}:',
					'			defer func() { <-inside }()',
					'			next.ServeHTTP(w, r)',
					'		default:',
					'			http.Error(w, "There are too many requests now.", http.StatusServiceUnavailable)',
					'		}',
					'	})',
					'}',
					''
				)),
		...lines(
			'gate',
			'func main() {',
			'	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)',
			'	defer stop()',
			'	g := &gate{next: &http.Transport{',
			`		DialContext:           (&net.Dialer{Timeout: ${goTime(connectMs ?? 5000)}}).DialContext,`,
			`		ResponseHeaderTimeout: ${goTime(timeoutMs ?? 60_000)},`,
			'		// The default of 2 closes and opens connections all the time.',
			'		MaxIdleConnsPerHost: 256,',
			'		IdleConnTimeout:     90 * time.Second,',
			'	}}'
		),
		...(checks === null ? [] : lines('checks', '	for _, s := range servers {', '		go g.watch(ctx, s)', '	}')),
		...lines(
			'gate',
			'	proxy := newProxy()',
			'	proxy.Transport = g',
			'	proxy.ErrorHandler = func(w http.ResponseWriter, r *http.Request, err error) {',
			'		if r.Context().Err() != nil {',
			'			return // the client has left',
			'		}',
			'		status := http.StatusBadGateway',
			'		var late net.Error',
			'		if errors.Is(err, errNobody) {',
			'			status = http.StatusServiceUnavailable',
			'		} else if errors.As(err, &late) && late.Timeout() {',
			'			status = http.StatusGatewayTimeout',
			'		}',
			'		log.Printf("%s %s: %v", r.Method, r.URL.Path, err)',
			'		http.Error(w, http.StatusText(status), status)',
			'	}',
			'	router := mux.NewRouter().SkipClean(true)',
			`	router.PathPrefix("/").Handler(${most === null ? 'proxy' : `atMost(${String(most)}, proxy)`})`
		),
		...lines(
			'clients',
			'	front := &http.Server{',
			`		Addr:              ${JSON.stringify(listen)},`,
			'		Handler:           router,',
			'		ReadHeaderTimeout: 10 * time.Second,',
			`		IdleTimeout:       ${client},`,
			'	}',
			'	ended := make(chan struct{})',
			'	go func() {',
			'		defer close(ended)',
			'		<-ctx.Done()',
			'		stop() // a second signal ends it at once',
			'		// Nobody new comes in, and who is inside may end.',
			'		late, cancel := context.WithTimeout(context.Background(), 30*time.Second)',
			'		defer cancel()',
			'		front.Shutdown(late)',
			'	}()',
			'	log.Printf("listening on %s", front.Addr)',
			'	if err := front.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {',
			'		log.Fatal(err)',
			'	}',
			'	<-ended',
			'}'
		)
	];
}

const rewrite = lines(
	'gate',
	'//go:build go1.20',
	'',
	'package main',
	'',
	'import (',
	'	"net/http/httputil"',
	'	"net/url"',
	')',
	'',
	'// newProxy rewrites what goes out; a client’s own X-Forwarded headers are gone by then. The gate puts the server in.',
	'func newProxy() *httputil.ReverseProxy {',
	'	return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {',
	'		r.SetURL(&url.URL{Scheme: "http", Host: "servers"})',
	'		r.Out.Host = r.In.Host',
	'		r.SetXForwarded()',
	'	}}',
	'}'
);

const director = lines(
	'gate',
	'//go:build !go1.20',
	'',
	'package main',
	'',
	'import (',
	'	"net/http"',
	'	"net/http/httputil"',
	')',
	'',
	'// newProxy without Rewrite, which came with Go 1.20: what a client says of its own address is removed by hand.',
	'func newProxy() *httputil.ReverseProxy {',
	'	return &httputil.ReverseProxy{Director: func(r *http.Request) {',
	'		for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {',
	'			r.Header.Del(name)',
	'		}',
	'		r.Header.Set("X-Forwarded-Host", r.Host)',
	'		r.Header.Set("X-Forwarded-Proto", "http")',
	'		r.URL.Scheme, r.URL.Host = "http", "servers"',
	'	}}',
	'}'
);

function goTime(ms: number): string {
	return ms % 1000 === 0
		? `${String(ms / 1000)} * time.Second`
		: `${String(Math.round(ms))} * time.Millisecond`;
}

/** As gofmt has it among other arguments. */
function tight(ms: number): string {
	return goTime(ms).replace(' * ', '*');
}
