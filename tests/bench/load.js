// A process of its own, so that what it costs is not charged to the proxy: two backends that answer 20 bytes, and
// clients on keep-alive connections that send the next request when the answer to the last is in.
import { connect, createServer } from 'node:net';

const response =
	'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 20\r\n\r\nhello from a backend';
const request =
	'GET /hello?from=bench HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\nAccept-Language: en\r\n\r\n';

/** @returns {Promise<number>} the port of a backend */
function backend() {
	const server = createServer({ noDelay: true }, (socket) => {
		socket.on('error', () => socket.destroy());
		socket.on('data', (chunk) => {
			// A proxy sends a request without a body in one write.
			if (chunk.subarray(-4).toString('latin1') === '\r\n\r\n') socket.write(response, 'latin1');
		});
	});
	return new Promise((resolve) => {
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			resolve(typeof address === 'object' && address !== null ? address.port : 0);
		});
	});
}

/**
 * @param {number} port
 * @param {number} connections
 * @param {number} ms
 * @returns {Promise<{ latencies: number[], failures: number }>} milliseconds of each answered request
 */
function load(port, connections, ms) {
	/** @type {number[]} */
	const latencies = [];
	let failures = 0;
	const end = performance.now() + ms;
	const clients = Array.from(
		{ length: connections },
		() =>
			new Promise((resolve) => {
				const socket = connect({ port, host: '127.0.0.1', noDelay: true });
				let sent = 0;
				let text = '';
				const send = () => {
					sent = performance.now();
					text = '';
					socket.write(request, 'latin1');
				};
				socket.on('connect', send);
				socket.on('data', (chunk) => {
					text += chunk.toString('latin1');
					// Whatever the framing, the body's last word ends it.
					if (!/backend(\r\n0\r\n\r\n)?$/.test(text)) return;
					const now = performance.now();
					if (text.startsWith('HTTP/1.1 200 ')) latencies.push(now - sent);
					else failures++;
					if (now < end) send();
					else socket.end();
				});
				socket.on('error', () => failures++);
				socket.on('close', resolve);
			})
	);
	return Promise.all(clients).then(() => ({ latencies, failures }));
}

/** @param {{ port: number, connections: number, ms: number }} order */
async function obey(order) {
	const { latencies, failures } = await load(order.port, order.connections, order.ms);
	latencies.sort((a, b) => a - b);
	process.send?.({
		requests: latencies.length,
		failures,
		p99: latencies[Math.floor(latencies.length * 0.99)] ?? 0
	});
}

process.on(
	'message',
	(/** @type {{ port: number, connections: number, ms: number }} */ order) => void obey(order)
);
process.on('disconnect', () => process.exit());
process.send?.({ ports: [await backend(), await backend()] });
