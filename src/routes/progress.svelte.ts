import { Progress } from '#teaching/progress.ts';

/** What a page has to tell about the keeping of progress; empty while all is well. */
export const notice = $state({ text: '' });

let kept: Progress | undefined;

/** The learner's progress in this browser; call it only there. */
export function browserProgress(): Progress {
	return (kept ??= new Progress(
		() => localStorage,
		(message) => {
			notice.text = message;
		}
	));
}
