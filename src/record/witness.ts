import { Chronicle } from './chronicle.ts';
import type { TraceEvent } from './event.ts';
import { Lives } from './lives.ts';
import { Scene } from './scene.ts';

/** Everything a picture of one world rests on: where all stand, what has happened, and each one's life so far. */
export class Witness {
	readonly scene = new Scene();
	readonly chronicle = new Chronicle();
	readonly lives = new Lives();

	hear(event: TraceEvent): void {
		this.scene.hear(event);
		this.chronicle.hear(event);
		this.lives.hear(event);
	}
}
