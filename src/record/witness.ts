import { Chronicle } from './chronicle.ts';
import type { TraceEvent } from './event.ts';
import { Lives } from './lives.ts';
import { Scene } from './scene.ts';

/** Everything a picture of one world rests on: where all stand, what has happened, and each one's life so far. */
export class Witness {
	readonly scene: Scene;
	readonly chronicle: Chronicle;
	readonly lives: Lives;

	constructor(scene = new Scene(), chronicle = new Chronicle(), lives = new Lives()) {
		this.scene = scene;
		this.chronicle = chronicle;
		this.lives = lives;
	}

	/** One that knows the same, but of the dead, and goes its own way from here; see `Lives.copy`. */
	copy(): Witness {
		return new Witness(this.scene.copy(), this.chronicle.copy(), this.lives.copy());
	}

	hear(event: TraceEvent): void {
		this.scene.hear(event);
		this.chronicle.hear(event);
		this.lives.hear(event);
	}
}
