import type { BackendFacts, BackendState, Cluster } from '#balancer/cluster.ts';
import type { Millis } from '#balancer/strategy.ts';
import { InputError } from '#record/input.ts';
import type { CheckSettings } from '#record/proxy-settings.ts';
import { backendFacts } from '#record/rules.ts';
import { Upstream, type BackendSpec, type ConnectionRules } from './backends.ts';
import { checker, type Checker } from './health-checks.ts';

/** What a person wants of a backend: HAProxy's three words. `maint` takes it out at once, whatever its checks say. */
export type WantedState = 'ready' | 'drain' | 'maint';

/** One backend as the proxy knows it, beside the facts that its cluster keeps. */
export interface Entry {
	spec: BackendSpec;
	readonly upstream: Upstream;
	wanted: WantedState;
	/** What the active checks say; true where there are none. */
	up: boolean;
	checker: Checker | undefined;
}

export interface RosterRules extends ConnectionRules {
	readonly checks: CheckSettings | null;
}

/** Who the backends are, how each is reached, and what is wanted of it: the one place that adds, removes and alters them. */
export class Roster {
	#entries = new Map<string, Entry>();
	#cluster: Cluster;
	#rules: RosterRules;
	#now: () => Millis;

	constructor(cluster: Cluster, rules: RosterRules, now: () => Millis) {
		this.#cluster = cluster;
		this.#rules = rules;
		this.#now = now;
	}

	get entries(): ReadonlyMap<string, Entry> {
		return this.#entries;
	}

	/** @throws InputError for a name that is taken. */
	add(spec: BackendSpec, at = this.#now()): void {
		if (this.#entries.has(spec.id))
			throw new InputError(`There is already a backend "${spec.id}": give each its own id.`);
		this.#entries.set(spec.id, {
			spec,
			upstream: new Upstream(spec, this.#rules),
			wanted: 'ready',
			up: true,
			checker: undefined
		});
		this.#cluster.add(spec.id, factsOf(spec), at);
		this.#check(spec.id);
	}

	/** Requests it has go on to their end. @throws InputError when there is none of that name. */
	remove(id: string): void {
		const entry = this.entry(id);
		entry.checker?.stop();
		this.#cluster.remove(id, this.#now());
		this.#entries.delete(id);
		void entry.upstream.close();
	}

	/** @throws InputError when there is none of that name. */
	want(id: string, state: WantedState): void {
		this.entry(id).wanted = state;
		this.#settle(id);
	}

	/** With weight 0 it ends what it has and takes no more. @throws InputError when there is none of that name. */
	weigh(id: string, weight: number): void {
		const entry = this.entry(id);
		entry.spec = { ...entry.spec, weight };
		this.#cluster.setWeight(id, weight, this.#now());
	}

	/** Make of those there are those of this list; whoever is the same in both notices nothing. */
	become(specs: readonly BackendSpec[]): void {
		const wanted = new Map(specs.map((spec) => [spec.id, spec]));
		for (const { spec } of this.#entries.values()) {
			const next = wanted.get(spec.id);
			if (next === undefined || !isSamePlace(spec, next)) this.remove(spec.id);
			else if ((spec.weight ?? 1) !== (next.weight ?? 1)) this.weigh(spec.id, next.weight ?? 1);
		}
		for (const spec of specs) if (!this.#entries.has(spec.id)) this.add(spec);
	}

	/** Go by other rules: connections and checks begin anew, requests in flight end as they began. */
	follow(rules: RosterRules): void {
		this.#rules = rules;
		for (const [id, entry] of this.#entries) {
			entry.checker?.stop();
			void entry.upstream.close();
			this.#entries.set(id, { ...entry, up: true, upstream: new Upstream(entry.spec, rules) });
			this.#settle(id);
			this.#check(id);
		}
	}

	/** Another cluster takes over: all of them join it as they are. */
	moveTo(cluster: Cluster): void {
		const at = this.#now();
		for (const id of this.#entries.keys()) this.#cluster.remove(id, at);
		this.#cluster = cluster;
		for (const { spec } of this.#entries.values()) {
			cluster.add(spec.id, factsOf(spec), at);
			this.#settle(spec.id);
		}
	}

	async destroy(): Promise<void> {
		for (const { checker } of this.#entries.values()) checker?.stop();
		await Promise.all([...this.#entries.values()].map(({ upstream }) => upstream.destroy()));
	}

	/** @throws InputError when there is none of that name. */
	entry(id: string): Entry {
		const entry = this.#entries.get(id);
		if (entry === undefined)
			throw new InputError(
				`There is no backend "${id}": there are ${[...this.#entries.keys()].join(', ') || 'none'}.`
			);
		return entry;
	}

	#check(id: string): void {
		const { checks, ca } = this.#rules;
		const entry = this.#entries.get(id);
		if (entry === undefined || checks === null) return;
		entry.checker = checker(entry.spec, checks, ca, (is) => {
			entry.up = is === 'up';
			this.#settle(id);
		});
	}

	/** What is wanted, as far as the checks let it. */
	#settle(id: string): void {
		const { wanted, up } = this.entry(id);
		const state: BackendState = wanted === 'maint' || !up ? 'down' : wanted;
		this.#cluster.setState(id, state, this.#now());
	}
}

function factsOf({ weight = 1, limit, backup = false }: BackendSpec): BackendFacts {
	return backendFacts({ weight, limit: limit ?? null, backup });
}

/** Other than by its weight, which may change where it stands. */
function isSamePlace(a: BackendSpec, b: BackendSpec): boolean {
	return a.url === b.url && a.limit === b.limit && (a.backup ?? false) === (b.backup ?? false);
}
