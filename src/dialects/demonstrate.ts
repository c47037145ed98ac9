import { scenarioOf, type ClusterPlan, type Sketch } from './cluster.ts';
import type { Dialect, Finding } from './dialect.ts';
import { edited } from './edit.ts';

/** The same trouble, before and after a finding's fix: two scenarios for `readScenario`. */
export interface Demonstration {
	readonly before: object;
	readonly after: object;
	/** The moment from which to look: a little before it happens. */
	readonly from: number;
}

/** Undefined where no stage can show it, or the dialect is only written. */
export function demonstrate(
	dialect: Dialect,
	text: string,
	{ shows, fix, what }: Finding
): Demonstration | undefined {
	if (shows === undefined || dialect.read === undefined) return undefined;
	const of = (plan: ClusterPlan, title: string): object => {
		const { servers = {}, ...world } = worldOf(shows, plan);
		const scenario = { ...scenarioOf(plan, world), title, program: null };
		return { ...scenario, servers: plan.servers.map((server) => ({ ...server, ...servers })) };
	};
	const { plan: before } = dialect.read(text);
	const { plan: after } = dialect.read(edited(text, fix));
	// Where nobody has a limit a queue changes nothing: with the one that comes with a limit, only the limit is different.
	const { queue } = before.servers.some(({ limit }) => limit !== null) ? before.balancer : after.balancer;
	return {
		before: of({ ...before, balancer: { ...before.balancer, queue } }, `Before: ${what}`.slice(0, 200)),
		after: of(after, `After: ${what}`.slice(0, 200)),
		from: shows === 'skew' ? 0 : 8000
	};
}

/** A world in which it shows; `servers` is what each of them is like. */
type Trouble = Sketch & { readonly servers?: object };

function worldOf(shows: NonNullable<Finding['shows']>, { servers }: ClusterPlan): Trouble {
	const count = servers.length;
	const victim = servers[1] ?? servers[0];
	const server = victim?.id ?? '';
	const work = { law: 'fixed', meanMs: 50 };
	switch (shows) {
		case 'dies':
		case 'hangs':
			return {
				traffic: { arrivals: 'steady', perSecond: 5 * count, clients: 200 },
				work,
				servers: { workers: 8, queue: 1000 },
				durationMs: 40_000,
				changes: [{ do: shows === 'dies' ? 'stop' : 'hang', at: 10_000, server }]
			};
		case 'crowd':
			// A server that does too much at once gets less and less done.
			return {
				traffic: {
					perSecond: 50 * count,
					clients: 200,
					curve: [
						{ at: 10_000, times: 1 },
						{ at: 10_500, times: 4 },
						{ at: 14_000, times: 4 },
						{ at: 14_500, times: 1 }
					]
				},
				work,
				servers: {
					discipline: 'sharing',
					workers: 5,
					slots: 1000,
					queue: 1000,
					thrash: { above: 70, loss: 0.05 }
				},
				durationMs: 60_000
			};
		case 'skew':
			return {
				traffic: { perSecond: 14 * count, clients: 2000 },
				work,
				servers: { workers: 1, queue: 1000 },
				durationMs: 60_000
			};
	}
}
