import type { DialectName } from './index.ts';

/** A file to begin with, mistakes and all. */
export interface Example {
	readonly title: string;
	readonly dialect: DialectName;
	readonly text: string;
}

/** Two servers that take turns, as a first haproxy.cfg often has them. */
const citadel = `global
    daemon
    maxconn 256

defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s

frontend gate
    bind *:8080
    default_backend castles

backend castles
    balance roundrobin
    server castle1 localhost:8000 check
    server castle2 localhost:8001 check
`;

/** The same with NGINX, as its introductions have it. */
const bridge = `worker_processes auto;

events {
    worker_connections 1024;
}

http {
    upstream castles {
        server localhost:8000;
        server localhost:8001;
        server localhost:8002;
    }

    server {
        listen 8080;

        location / {
            proxy_pass http://castles;
        }
    }
}
`;

/** A gatehouse in Go of the shape that many begin with: it does not compile, and then it races. */
export function gatehouse(withMux: boolean): string {
	const imports = [
		...(withMux ? [] : ['crypto/hmac']),
		...['log', 'net/http', 'net/http/httputil', 'net/url'],
		...(withMux ? ['', 'github.com/gorilla/mux', 'github.com/gorilla/securecookie'] : [])
	];
	const router = withMux
		? `router := mux.NewRouter()
	router.PathPrefix("/").Handler(gate)`
		: `router := http.NewServeMux()
	router.Handle("/", gate)`;
	return `package main

import (
${imports.map((path) => (path === '' ? '' : `\t"${path}"`)).join('\n')}
)

func main() {
	castles := []*url.URL{
		{Scheme: "http", Host: "localhost:8000"},
		{Scheme: "http", Host: "localhost:8001"},
	}

	// Whose turn it is goes to the back of the line.
	gate := &httputil.ReverseProxy{Director: func(r *http.Request) {
		castle := castles[0]
		castles = append(castles[1:], castle)
		r.URL.Scheme = castle.Scheme
		r.URL.Host = castle.Host
	}}

	${router}
	if err := http.ListenAndServe(":8080", router); err != nil {
		log.Println(err)
	}
}
`;
}

/** The same with Caddy, as short as it can be. */
const ferry = `:8080

reverse_proxy localhost:8000 localhost:8001 localhost:8002
`;

export const examples: readonly Example[] = [
	{ title: 'A first haproxy.cfg', dialect: 'haproxy', text: citadel },
	{ title: 'A first nginx.conf', dialect: 'nginx', text: bridge },
	{ title: 'A first Caddyfile', dialect: 'caddy', text: ferry },
	{ title: 'A first gate in Go', dialect: 'go', text: gatehouse(true) }
];
