import type { Words } from '#balancer/random.ts';
import type { Millis } from '#balancer/strategy.ts';
import type { Metrics } from '#record/metrics.ts';
import { exponential } from './draw.ts';
import type { Scenario } from './scenario.ts';

/** A write that some copy may not have yet. */
interface Version {
	readonly number: number;
	/** Enough copies had it for the writer to be told. */
	readonly acknowledgedAt: Millis;
	/** When each copy has it. */
	readonly arrivals: readonly Millis[];
}

/**
 * One value in several copies, as Dynamo keeps it (DeCandia and others, 2007): a write goes to all and waits for some,
 * a read asks some and takes the newest. If both together are more than there are copies, they meet; if not, a read may
 * be stale: it misses a write that was acknowledged before it began (Bailis and others, Probabilistically Bounded Staleness, 2012).
 */
export class Store {
	#spec: NonNullable<Scenario['data']>;
	#random: Words;
	#metrics: Metrics;
	/** Ascending; the first is everywhere already. */
	#versions: Version[] = [];
	#written = 0;
	/** The newest version that each client has written. */
	#own = new Map<string, number>();

	constructor(spec: NonNullable<Scenario['data']>, random: Words, metrics: Metrics) {
		this.#spec = spec;
		this.#random = random;
		this.#metrics = metrics;
	}

	/** Whether a new request writes, or reads. */
	drawWrites(): boolean {
		return this.#random.fraction() < this.#spec.writes;
	}

	/** A worker asks for the data; how long it waits for them. */
	visit(session: string, writes: boolean, now: Millis): Millis {
		this.#forget(now);
		return writes ? this.#write(session, now) : this.#read(session, now);
	}

	#write(session: string, now: Millis): Millis {
		const { copies, write, lagMs } = this.#spec;
		const arrivals = Array.from({ length: copies }, () => now + lagMs * exponential(this.#random));
		const acknowledgedAt = arrivals.toSorted((a, b) => a - b)[write - 1] ?? now;
		const number = ++this.#written;
		this.#versions.push({ number, acknowledgedAt, arrivals });
		this.#own.set(session, number);
		return acknowledgedAt - now;
	}

	#read(session: string, now: Millis): Millis {
		const { readYourWrites } = this.#spec;
		const asked = this.#someCopies();
		const wanted = readYourWrites ? (this.#own.get(session) ?? 0) : 0;
		// The first instant at which one of those asked has the client's own write.
		const own = this.#versions.find(({ number }) => number === wanted);
		const at = own === undefined ? now : Math.max(now, earliest(own, asked));
		let newest = 0;
		let acknowledged = 0;
		for (const version of this.#versions) {
			if (earliest(version, asked) <= at) newest = Math.max(newest, version.number);
			if (version.acknowledgedAt <= now) acknowledged = Math.max(acknowledged, version.number);
		}
		this.#metrics.hearRead(newest < acknowledged);
		return at - now;
	}

	/** As many as a read asks, each equally likely. */
	#someCopies(): readonly number[] {
		const { copies, read } = this.#spec;
		const all = Array.from({ length: copies }, (_, copy) => copy);
		for (let i = 0; i < read; i++) {
			const other = i + this.#random.lot(copies - i);
			[all[i], all[other]] = [all[other] ?? 0, all[i] ?? 0];
		}
		return all.slice(0, read);
	}

	/** Nobody will miss what is older than a version that is everywhere. */
	#forget(now: Millis): void {
		let last = -1;
		this.#versions.forEach(({ arrivals, acknowledgedAt }, i) => {
			if (acknowledgedAt <= now && arrivals.every((at) => at <= now)) last = i;
		});
		if (last > 0) this.#versions.splice(0, last);
	}
}

function earliest({ arrivals }: Version, copies: readonly number[]): Millis {
	return copies.reduce((first, copy) => Math.min(first, arrivals[copy] ?? Infinity), Infinity);
}
