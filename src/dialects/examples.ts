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

export const examples: readonly Example[] = [
	{ title: 'A first haproxy.cfg', dialect: 'haproxy', text: citadel },
	{ title: 'A first nginx.conf', dialect: 'nginx', text: bridge }
];
