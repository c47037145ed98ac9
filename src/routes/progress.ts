import { Progress } from '#teaching/progress.ts';

let kept: Progress | undefined;

/** The learner's progress in this browser; call it only there. `say` hears at most one sentence, when it cannot be kept. */
export function browserProgress(say: (message: string) => void): Progress {
	return (kept ??= new Progress(() => localStorage, say));
}
