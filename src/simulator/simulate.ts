import { Engine } from './engine.ts';
import type { Scenario } from './scenario.ts';

/** Run a scenario to its end and return the world as it then is: its `metrics`, its `fingerprint`. */
export function simulate(scenario: Scenario, seed = scenario.seed): Engine {
	const engine = new Engine(scenario, seed);
	engine.runToEnd();
	return engine;
}
