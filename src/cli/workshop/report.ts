import type { Verdict } from './verify.ts';
import type { Workshop } from './workshop.ts';

/** `ok     2  Three servers …`, and what is to be done where it is not. */
export function lineOf({ number, words, result, seen, at }: Verdict): string {
	const line = `${result.padEnd(5)} ${String(number).padStart(2)}  ${words.title}`;
	if (seen === undefined) return line;
	const [first = '', ...more] = shortened(seen);
	const place = at === undefined ? [] : [`Look at ${at.place}: ${cut(at.text)}`];
	return [line, first, ...more, ...place, `Why: ${words.why}`, `Try: ${words.remedy}`].join(
		`\n${' '.repeat(10)}`
	);
}

function cut(text: string): string {
	return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** A compiler or a race can say a great deal. */
function shortened(seen: string): readonly string[] {
	const lines = seen.split('\n').filter((line) => line.trim() !== '');
	return lines.length > 8 ? [...lines.slice(0, 8), '…'] : lines;
}

/** What goes into the folder, and how the learner works there. `place` is the folder as typed from the project's. */
export function readmeOf(workshop: Workshop, place: string): string {
	const { title, file, program, run, remarks, accepted, steps } = workshop;
	const all = [accepted, ...steps].map((words, index) => `${String(index + 1)}. ${words.title}.`);
	return `# ${title}

\`${file}\` is a gate before two servers of the kind that many begin with, mistakes and all.
Change it until every step below holds. Keep the addresses as they are written: the gate on port 8080, the servers on
\`localhost:8000\`, \`localhost:8001\` and, once you have added it, \`localhost:8002\`.

You need ${program.title}: ${program.remedy}.
${remarks.join('\n')}

By hand, with the first and the last command in the project's folder and the second in this one:

\`\`\`sh
npm run golangia -- backends --count 3   # servers A, B and C on 8000, 8001 and 8002
${run.padEnd(41)}# the gate on 8080
curl localhost:8080                      # who answers?

npm run golangia -- workshop verify ${place}
\`\`\`

\`verify\` needs none of the others running: it starts your file with servers of its own on other ports of this machine, plays
each step, and says what is still wrong, why, and what to try. It changes nothing here. With 0 it ends when all steps hold, else with 1.
What people trip over in such a file can be seen without running it, too: \`npm run golangia -- lint ${place}/${file}\`.

## Steps

${all.join('\n')}
`;
}
