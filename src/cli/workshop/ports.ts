import { InputError } from '#record/input.ts';
import { isTaken } from '../run.ts';
import { TestServer } from './test-server.ts';

/** What the learner's file says. */
export const written = { gate: 8080, servers: [8000, 8001, 8002] } as const;

/** Where it is tried instead, so that whatever else is running may go on. */
export interface Place {
	readonly gate: number;
	readonly servers: readonly [number, number, number];
	/** Until then nobody else who looks for a place gets this one. */
	leave(): Promise<void>;
}

/** Away from what people use, and from where the kernel takes ports for outgoing connections. */
const first = 24_000;

/** A place of four free ports. @throws InputError when there is none */
export async function findPlace(): Promise<Place> {
	for (let port = first; port < first + 1000; port += 10) {
		const [a, b, c, gate] = [port, port + 1, port + 2, port + 3];
		// Whoever has the last of the ten has them all, also while no server is up.
		const sign = await taken(port + 9);
		if (sign === undefined) continue;
		const tried = await Promise.all([a, b, c, gate].map(taken));
		for (const server of tried) await server?.kill();
		if (tried.every((server) => server !== undefined))
			return { gate, servers: [a, b, c], leave: () => sign.kill() };
		await sign.kill();
	}
	throw new InputError(
		`Ports ${String(first)} to ${String(first + 999)} are all taken: end what listens there and try again.`
	);
}

/** Something that listens there; undefined when somebody else does. */
async function taken(port: number): Promise<TestServer | undefined> {
	const server = new TestServer('', port);
	try {
		await server.open();
		return server;
	} catch (error) {
		if (isTaken(error)) return undefined;
		throw error;
	}
}

/** The text with its ports moved, and its gate on this machine's own address. Lines stay where they are. */
export function moved(text: string, place: Place): string {
	const [a, b, c] = place.servers;
	const ports = new Map<string, number>([
		[String(written.gate), place.gate],
		[String(written.servers[0]), a],
		[String(written.servers[1]), b],
		[String(written.servers[2]), c]
	]);
	const everywhere = new RegExp(
		`(?<![\\w.:\\]])(?:\\*|0\\.0\\.0\\.0|\\[::\\])?:${String(written.gate)}\\b`,
		'g'
	);
	return text
		.replace(everywhere, `127.0.0.1:${String(place.gate)}`)
		.replace(/(?<=[:"])(8080|800[012])\b/g, (port) => String(ports.get(port) ?? port));
}

/** What a program says of the moved text, in the ports that its writer knows. */
export function movedBack(text: string, place: Place): string {
	return text.replace(/\b2\d{4}\b/g, (port) => {
		if (Number(port) === place.gate) return String(written.gate);
		const index = place.servers.indexOf(Number(port));
		return String(written.servers[index] ?? port);
	});
}
