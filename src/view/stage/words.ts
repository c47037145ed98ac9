import type { Reason } from '#record/event.ts';
import { faultAt, type Scene, type SceneServer } from '#record/scene.ts';
import { numberWords } from '#words/number.ts';
import { stageWords } from '#words/stage.ts';

const say = stageWords;
const figureSpace = '\u2007';

/** A whole number with thousands marked, as wide as `digits` digits, so that growing moves nothing beside it. */
export function padded(value: number, digits = 1): string {
	return count(value).padStart(digits, figureSpace);
}

/** `1,234` */
export function count(value: number): string {
	return numberWords(value);
}

/** `0 ms`, `4.2 ms`, `230 ms`, `1.25 s`, `75 s`. */
export function duration(ms: number): string {
	if (ms >= 1000) return say.seconds(brief(ms / 1000));
	return say.ms(String(Number(ms.toFixed(ms > 0 && ms < 9.95 ? 1 : 0))));
}

/** At most three figures that matter: `2`, `0.46`, `1,320`. */
export function brief(value: number): string {
	if (!Number.isFinite(value)) return value > 0 ? '∞' : '–';
	return Math.abs(value) >= 100 ? count(Math.round(value)) : String(Number(value.toPrecision(3)));
}

/** A load in at most three figures that matter; penalties beyond all measure as a power of ten. */
export function belief(load: number): string {
	if (!(load >= 1e6 && load < Infinity)) return brief(load);
	const power = String(Math.floor(Math.log10(load)));
	return `10${power.replace(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? '')}`;
}

/** What happened to a call, as the road's sign says it. */
export const reasonWords: Readonly<Record<Reason, string>> = say.reasons;

/** `opens in 12 s`, in whole seconds, so that it can be read; `soon`: `in 12 s`. */
export function opening(
	{ due }: { readonly due: number },
	at: number,
	how: 'opens' | 'soon' = 'opens'
): string {
	return say.picture[how](Math.max(0, Math.ceil((due - at) / 1000)));
}

/** `1 busy · 6 waiting`; where nobody can look inside, what the balancer counts; of one that is being built, how long yet. */
export function serverNumbers(server: SceneServer, at: number): string {
	const { machine, serving, waiting, inflight, site } = server;
	if (site !== undefined) return opening(site, at);
	const { inFlight, share, busy, waiting: queued } = say.picture;
	if (machine === undefined) return inFlight(inflight);
	if (machine.slots !== undefined)
		return `${share(serving.length, machine.workers)} · ${queued(padded(waiting.length))}`;
	// Room for the second digit is kept, so that neither word moves while the figures are small.
	const gap = figureSpace.repeat(Math.max(0, digitsOf(machine.workers) - digitsOf(serving.length)));
	return `${busy(serving.length)}${gap} · ${queued(padded(waiting.length, Math.min(2, digitsOf(machine.queue))))}`;
}

/** What it was built or told to be, where that is not the usual: `weight 3 · speed ×2`. */
export function serverTraits({ weight, machine }: SceneServer): string {
	const speed = machine?.speed ?? 1;
	return traits(weight, speed).join(' · ');
}

function traits(weight: number, speed: number): readonly string[] {
	return [
		...(weight === 1 ? [] : [say.picture.weight(brief(weight))]),
		...(speed === 1 ? [] : [say.picture.speed(brief(speed))])
	];
}

/** What is out of the ordinary, most important first; empty when all is well. In a sentence, `between` is a comma. */
export function serverStatus(server: SceneServer, at: number, between: ' · ' | ', ' = ' · '): string {
	const { state, speed, leaving, machine, site } = server;
	const fault = faultAt(server, at);
	const { status } = say;
	if (site !== undefined) return status.site;
	const states: string[] = [];
	if (leaving) states.push(status.leaving);
	else if (state !== 'ready') states.push(status[state]);
	if (fault === 'stop' || fault === 'hang' || fault === 'pause') states.push(status[fault]);
	else if (fault === 'fail') states.push(states.length > 0 ? status.failing : status.fail);
	else if (fault === 'slow') states.push(status.slow(brief(speed / (machine?.speed ?? 1))));
	else {
		// Cold, crowded or beside a busy neighbour; in tenths, because it changes with every request inside.
		const pace = Math.round((10 * speed) / (machine?.speed ?? 1)) / 10;
		if (pace < 1) states.push(status.pace(brief(pace)));
	}
	return states.join(between);
}

/** Whether nothing but its pace can be out of the ordinary: that comes and goes with every request inside. */
export function isSound(server: SceneServer, at: number): boolean {
	const { state, leaving, site } = server;
	return site === undefined && !leaving && state === 'ready' && faultAt(server, at) === 'none';
}

/** `✕ 12 turned away` with what has failed inside, or nothing. */
export function serverLosses({ refused, failed }: SceneServer): string {
	if (refused > 0) return say.picture.refused(refused);
	return failed > 0 ? say.picture.failed(failed) : '';
}

/** For those who listen: `Server B: 1 busy, 6 waiting, healthy`. */
export function serverName(server: SceneServer, at: number): string {
	const { id, machine, serving, waiting, inflight, site } = server;
	const { told } = say;
	if (site !== undefined) return told.site(id);
	const load = machine === undefined ? told.inFlight(inflight) : told.load(serving.length, waiting.length);
	return told.server(id, load, serverStatus(server, at, ', ') || say.status.healthy);
}

/** Everything known of a server, a line each. */
export function serverDetails(server: SceneServer, at: number): string[] {
	const { known } = say;
	if (server.site !== undefined) {
		const { since, due } = server.site;
		return [known.ordered(duration(at - since), opening({ due }, at))];
	}
	const { machine, speed, weight, picked, ok, failed, refused, inflight, serving, waiting } = server;
	const lines: string[] = [];
	if (machine !== undefined) {
		const room = machine.slots === undefined ? known.workers : known.shared;
		lines.push(room(machine.workers, machine.queue));
	}
	const unusual = traits(weight, speed).toReversed();
	if (unusual.length > 0) lines.push(unusual.join(', '));
	lines.push(
		machine === undefined ? known.counted(inflight) : known.inside(serving.length + waiting.length, inflight)
	);
	lines.push(known.sent(picked, ok));
	if (refused + failed > 0) lines.push(known.lost(refused, failed));
	return lines;
}

/** One sentence that stands for the picture. */
export function summary(scene: Scene, title: string, ended = false): string {
	const sites = scene.servers.filter(({ site }) => site !== undefined).length;
	const open = scene.servers.length - sites;
	const { told } = say;
	const servers = sites > 0 ? told.andSites(open, sites) : told.servers(open);
	const inside = scene.servers.reduce((sum, { serving }) => sum + serving.length, 0);
	const run = told.run(title, servers, scene.sent, scene.ok, scene.failed);
	const parts = [ended ? told.over(run) : told.now(run, inside, scene.waiting)];
	if (scene.panic) parts.push(told.panic);
	const longest = scene.servers.reduce<SceneServer | undefined>(
		(most, server) => (server.waiting.length > (most?.waiting.length ?? 0) ? server : most),
		undefined
	);
	if (longest !== undefined) parts.push(told.longest(longest.id, longest.waiting.length));
	for (const server of scene.servers) {
		const status = serverStatus(server, scene.at, ', ');
		if (status !== '' && parts.length < 6) parts.push(say.news.status(server.id, status));
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
	const each = text.split(' ');
	let best = [text];
	let least = Infinity;
	for (let i = 1; i < each.length; i++) {
		const lines = [each.slice(0, i).join(' '), each.slice(i).join(' ')];
		const length = Math.max(...lines.map((line) => line.length));
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
