import type { Reason } from '#record/event.ts';
import type { Scene, SceneServer } from '#record/scene.ts';

const figureSpace = '\u2007';
const integer = new Intl.NumberFormat('en');

/** A whole number with thousands marked, as wide as `digits` digits, so that growing moves nothing beside it. */
export function padded(value: number, digits = 1): string {
	return integer.format(value).padStart(digits, figureSpace);
}

/** `1,234` */
export function count(value: number): string {
	return integer.format(value);
}

/** `0 ms`, `4.2 ms`, `230 ms`, `1.25 s`, `75 s`. */
export function duration(ms: number): string {
	if (ms >= 1000) return `${brief(ms / 1000)} s`;
	return `${String(Number(ms.toFixed(ms > 0 && ms < 9.95 ? 1 : 0)))} ms`;
}

/** At most three figures that matter: `2`, `0.46`, `1,320`. */
export function brief(value: number): string {
	if (!Number.isFinite(value)) return value > 0 ? '∞' : '–';
	return Math.abs(value) >= 100 ? integer.format(Math.round(value)) : String(Number(value.toPrecision(3)));
}

/** A load in at most three figures that matter; penalties beyond all measure as a power of ten. */
export function belief(load: number): string {
	if (!(load >= 1e6 && load < Infinity)) return brief(load);
	const power = String(Math.floor(Math.log10(load)));
	return `10${power.replace(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? '')}`;
}

/** What happened to a call, as the road's sign says it. */
export const reasonWords: Readonly<Record<Reason, string>> = {
	'queue-full': 'road full',
	refused: 'nobody home',
	reset: 'lost',
	failed: 'error',
	timeout: 'too late',
	'no-backend': 'no castle left',
	declined: 'gate declined',
	'queue-timeout': 'waited too long',
	shed: 'gate full',
	'client-left': 'caller left'
};

/** `opens in 12 s`, in whole seconds, so that it can be read. */
export function opening({ due }: { readonly due: number }, at: number): string {
	return `opens in ${String(Math.max(0, Math.ceil((due - at) / 1000)))} s`;
}

/** `1 busy · 6 waiting`; where nobody can look inside, what the balancer counts; of one that is being built, how long yet. */
export function serverNumbers(server: SceneServer, at: number): string {
	const { machine, serving, waiting, inflight, site } = server;
	if (site !== undefined) return opening(site, at);
	if (machine === undefined) return `${padded(inflight)} in flight`;
	if (machine.slots !== undefined)
		return `${padded(serving.length)} share ${String(machine.workers)} · ${padded(waiting.length)} waiting`;
	const busy = String(serving.length);
	// Room for the second digit is kept, so that neither word moves while the figures are small.
	const gap = figureSpace.repeat(Math.max(0, digitsOf(machine.workers) - busy.length));
	return `${busy} busy${gap} · ${padded(waiting.length, Math.min(2, digitsOf(machine.queue)))} waiting`;
}

/** What it was built or told to be, where that is not the usual: `weight 3 · speed ×2`. */
export function serverTraits({ weight, machine }: SceneServer): string {
	const speed = machine?.speed ?? 1;
	return [weight === 1 ? '' : `weight ${brief(weight)}`, speed === 1 ? '' : `speed ×${brief(speed)}`]
		.filter(Boolean)
		.join(' · ');
}

/** What is out of the ordinary, most important first; empty when all is well. */
export function serverStatus(server: SceneServer): string {
	const { state, fault, speed, leaving, machine, site } = server;
	if (site !== undefined) return 'being built';
	const words: string[] = [];
	if (leaving) words.push('leaving');
	else if (state === 'ejected') words.push('left out');
	else if (state === 'drain') words.push('drained');
	else if (state === 'down') words.push('taken down');
	if (fault === 'stop') words.push('stopped');
	else if (fault === 'hang') words.push('silent');
	else if (fault === 'fail') words.push(words.length > 0 ? 'errors' : 'answers with errors');
	else if (fault === 'slow') words.push(`slow, ×${brief(speed / (machine?.speed ?? 1))}`);
	else {
		// Cold, crowded or beside a busy neighbour; in tenths, because it changes with every request inside.
		const pace = Math.round((10 * speed) / (machine?.speed ?? 1)) / 10;
		if (pace < 1) words.push(`works at ×${brief(pace)}`);
	}
	return words.join(' · ');
}

/** `✕ 12 turned away` with what has failed inside, or nothing. */
export function serverLosses({ refused, failed }: SceneServer): string {
	if (refused > 0) return `${padded(refused)} turned away`;
	return failed > 0 ? `${padded(failed)} failed` : '';
}

/** For those who listen: `Server B: 1 busy, 6 waiting, healthy`. */
export function serverName(server: SceneServer): string {
	const { id, machine, serving, waiting, inflight, site } = server;
	if (site !== undefined) return `Server ${id}: being built`;
	const busy =
		machine === undefined
			? `${String(inflight)} in flight`
			: `${String(serving.length)} busy, ${String(waiting.length)} waiting`;
	return `Server ${id}: ${busy}, ${serverStatus(server).replaceAll(' · ', ', ') || 'healthy'}`;
}

/** Everything known of a server, a line each. */
export function serverDetails(server: SceneServer, at: number): string[] {
	if (server.site !== undefined) {
		const { since, due } = server.site;
		return [`ordered ${duration(at - since)} ago, ${opening({ due }, at)}`];
	}
	const { machine, speed, weight, picked, ok, failed, refused, inflight, serving, waiting } = server;
	const lines: string[] = [];
	if (machine !== undefined) {
		const workers = machine.workers === 1 ? '1 worker' : `${String(machine.workers)} workers`;
		const shared = machine.slots === undefined ? '' : ' shared by all inside';
		lines.push(`${workers}${shared}, room for ${integer.format(machine.queue)} to wait`);
	}
	const traits = [speed === 1 ? '' : `speed ×${brief(speed)}`, weight === 1 ? '' : `weight ${brief(weight)}`];
	if (traits.some(Boolean)) lines.push(traits.filter(Boolean).join(', '));
	lines.push(
		machine === undefined
			? `the gate counts ${integer.format(inflight)} in flight`
			: `inside ${integer.format(serving.length + waiting.length)}, the gate counts ${integer.format(inflight)}`
	);
	lines.push(`sent here ${integer.format(picked)}, answered ${integer.format(ok)}`);
	if (refused + failed > 0)
		lines.push(`turned away ${integer.format(refused)}, failed ${integer.format(failed)}`);
	return lines;
}

/** One sentence that stands for the picture. */
export function summary(scene: Scene, title: string): string {
	const sites = scene.servers.filter(({ site }) => site !== undefined).length;
	const open = scene.servers.length - sites;
	const servers = `${open === 1 ? '1 server' : `${String(open)} servers`}${sites > 0 ? ` and ${String(sites)} being built` : ''}`;
	const inside = scene.servers.reduce((sum, { serving }) => sum + serving.length, 0);
	const parts = [
		`${title}, ${servers}: ${integer.format(scene.sent)} requests sent, ${integer.format(scene.ok)} answered, ${integer.format(scene.failed)} failed; ${integer.format(inside)} being served, ${integer.format(scene.waiting)} waiting.`
	];
	const longest = scene.servers.reduce<SceneServer | undefined>(
		(most, server) => (server.waiting.length > (most?.waiting.length ?? 0) ? server : most),
		undefined
	);
	if (longest !== undefined) {
		parts.push(
			`The longest road is before ${longest.id}, ${integer.format(longest.waiting.length)} waiting.`
		);
	}
	for (const server of scene.servers) {
		const status = serverStatus(server).replaceAll(' · ', ', ');
		if (status !== '' && parts.length < 6) parts.push(`Server ${server.id}: ${status}.`);
	}
	return parts.join(' ');
}

/** At most `most` characters of a name. */
export function short(name: string, most: number): string {
	return name.length <= most ? name : `${name.slice(0, most - 1)}…`;
}

/** Words on at most two lines, as even as they fall; never a word broken. */
export function twoLines(text: string, longest: number): readonly string[] {
	if (text.length <= longest) return [text];
	const words = text.split(' ');
	let best = [text];
	let least = Infinity;
	for (let i = 1; i < words.length; i++) {
		const lines = [words.slice(0, i).join(' '), words.slice(i).join(' ')];
		const length = Math.max(...lines.map((each) => each.length));
		if (length < least) {
			least = length;
			best = lines;
		}
	}
	return best;
}

function digitsOf(value: number): number {
	return String(value).length;
}
