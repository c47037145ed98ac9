import type { ClusterPlan } from '../cluster.ts';
import type { Line } from '../dialect.ts';
import { lines, splitAddress } from '../words.ts';
import { goTime, tight } from './time.ts';

/** What runs around the gate: checks, transport, errors, timeouts, and an end that nobody notices. */
export function runOf(plan: ClusterPlan, byAddress: boolean): readonly Line[] {
	return [...check(plan), ...run(plan, byAddress)];
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
			'func newGate() *gate {',
			'	return &gate{next: &http.Transport{',
			`		DialContext:           (&net.Dialer{Timeout: ${goTime(connectMs ?? 5000)}}).DialContext,`,
			`		ResponseHeaderTimeout: ${goTime(timeoutMs ?? 60_000)},`,
			'		// The default of 2 closes and opens connections all the time.',
			'		MaxIdleConnsPerHost: 256,',
			'		IdleConnTimeout:     90 * time.Second,',
			'	}}',
			'}',
			'',
			'func newHandler(g *gate) http.Handler {',
			'	proxy := newProxy(g)',
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
			`	router.PathPrefix("/").Handler(${most === null ? 'proxy' : `atMost(${String(most)}, proxy)`})`,
			'	return router',
			'}',
			'',
			'func main() {',
			'	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)',
			'	defer stop()',
			'	g := newGate()'
		),
		...(checks === null ? [] : lines('checks', '	for _, s := range servers {', '		go g.watch(ctx, s)', '	}')),
		...lines(
			'clients',
			'	front := &http.Server{',
			`		Addr:              ${JSON.stringify(listen)},`,
			'		Handler:           newHandler(g),',
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
