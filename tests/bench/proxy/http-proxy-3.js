// A peer of `npm run bench proxy`: http-proxy-3 with the keep-alive agent it needs to be fast, over servers in turn.
// Its port first, then theirs.
import { Agent, createServer } from 'node:http';
import { createProxyServer } from 'http-proxy-3';

const [port, ...servers] = process.argv.slice(2).map(Number);
const proxy = createProxyServer({ agent: new Agent({ keepAlive: true }), xfwd: true });
const targets = servers.map((server) => `http://127.0.0.1:${String(server)}`);
let turn = 0;
createServer((req, res) => {
	proxy.web(req, res, { target: targets[turn++ % targets.length] ?? '' });
}).listen(port, '127.0.0.1');
