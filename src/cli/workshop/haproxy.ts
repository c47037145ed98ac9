import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { examples } from '#dialects/examples.ts';
import { cameBack, evenTurns, failures, forgedAddress, hangs, killed, shown, slowClient } from './plays.ts';
import { moved, movedBack } from './ports.ts';
import { runToEnd } from './program.ts';
import { failed, guest, visit, visits, within } from './visit.ts';
import type { Step, Workshop } from './workshop.ts';

const file = 'haproxy.cfg';

const steps: readonly Step[] = [
	{
		title: 'Three servers take turns: 300 requests split 100/100/100',
		where: [/^\s*server\s.*8001/],
		why: 'A server that is not in the file gets nothing: the third, C, is on localhost:8002. That is horizontal scaling: one line.',
		remedy: 'server castle3 localhost:8002 check',
		play: evenTurns
	},
	{
		title:
			"A forged X-Forwarded-For is not believed: servers get the client's true address, and nothing else",
		where: [/forwarded-?for/i, /^\s*(frontend|listen)\b/],
		why: 'A header that the client sends is passed on as it is; "option forwardfor" alone adds a second one after it.',
		remedy: 'in the frontend: http-request set-header X-Forwarded-For %[src]',
		play: forgedAddress
	},
	{
		title: 'Server B is killed: nobody sees an error, or waits for more than a second',
		where: [/redispatch/, /^\s*defaults\b/],
		why: 'Until enough checks have failed B gets its turns, and without redispatch the retries go to B as well, a second apart.',
		remedy: 'in defaults: option redispatch, so that a retry may go elsewhere.',
		play: killed
	},
	{
		title: 'Server B comes back: within six seconds it is sent requests again',
		where: [/\binter\b/, /^\s*server\b/],
		why: 'A server that is out is in again only when somebody looks: "rise" good checks in a row, "inter" apart.',
		remedy: 'keep "check" on each server line, with a small inter and rise, such as inter 1s rise 2.',
		play: cameBack
	},
	{
		title: 'Server B hangs: who is sent to it has an answer within 5 s',
		where: [/timeout server/, /^\s*defaults\b/],
		why: '"timeout server" is how long HAProxy waits for an answer, and 60 s is longer than people stay.',
		remedy: 'in defaults: timeout server 4s',
		play: hangs(5000)
	},
	{
		title: 'Server B hangs: after five seconds nobody is sent to it any more',
		where: [/httpchk/, /^\s*backend\b/],
		why: 'A plain "check" only connects, and a server that hangs still takes connections: it stays up for ever.',
		remedy:
			'in the backend: option httpchk GET /healthz, timeout check 1s, and default-server inter 1s fall 2.',
		async play({ port, servers }) {
			const [, b] = servers;
			b.turn('hangs');
			await delay(5000);
			const before = b.arrivals.length;
			await Promise.all(Array.from({ length: 12 }, () => visit(port, { patienceMs: 1000 })));
			const met = b.arrivals.length - before;
			return met === 0 ? undefined : `${String(met)} of the next 12 requests were sent to B.`;
		}
	},
	{
		title: 'A client that sends half a request is shown out within 5 s',
		where: [/timeout http-request/, /^\s*defaults\b/],
		why: 'Without "timeout http-request" only "timeout client" counts, anew with every byte: such a client stays for ever.',
		remedy: 'in defaults: timeout http-request 4s',
		play: slowClient
	},
	{
		title: '300 clients are connected and say nothing: the next one is still answered within a second',
		where: [/^\s*maxconn/, /^\s*global\b/],
		why: 'maxconn in global is for the whole process: number 257 waits in the kernel, with no answer and no line in a log.',
		remedy:
			'in global: maxconn 4096. To spare the servers is not its business, but that of maxconn on their lines.',
		async play({ port }) {
			const guests = await Promise.all(Array.from({ length: 300 }, () => guest(port)));
			const { status } = await visit(port, { patienceMs: 1500 });
			for (const one of guests) one.leave();
			return status === 200 ? undefined : `It got ${shown(status)}.`;
		}
	},
	{
		title: '90 requests at once: no server has more than 10 inside, and all are answered',
		where: [/^\s*default-server\b/, /^\s*server\b/],
		why: 'Without a limit all of them are let in; a server that does too much at once gets less and less done.',
		remedy: 'maxconn 10 on each server line, or in default-server: the others wait outside, in HAProxy.',
		async play({ port, servers }) {
			for (const server of servers) server.delayMs = 100;
			const answers = await visits(port, 90, 90);
			const most = Math.max(...servers.map((server) => server.most));
			if (most <= 10 && !answers.some(failed)) return undefined;
			return `A server had ${String(most)} inside at once${failures(answers)}.`;
		}
	},
	{
		title: 'All servers are busy: who has waited outside for 2 s is told so, with a 503',
		where: [/timeout queue/, /^\s*defaults\b/],
		why: 'A waiting line without an end serves people who have left; without "timeout queue", "timeout connect" counts.',
		remedy: 'in defaults: timeout queue 2s (and maxconn on the servers, or there is no line at all).',
		async play({ port, servers }) {
			for (const server of servers) server.turn('holds');
			const answering = Array.from({ length: 60 }, () => visit(port, { patienceMs: 2500 }));
			await within(2500, Promise.all(answering));
			const inside = servers.reduce((sum, { arrivals }) => sum + arrivals.length, 0);
			const answers = await Promise.all(answering);
			const turned = answers.filter(({ status }) => status === 503).length;
			if (inside === 60) return 'All of 60 requests were let in, so nobody waited outside.';
			if (inside + turned >= 60) return undefined;
			return `Of 60 requests ${String(inside)} were let in, and ${String(turned)} of the others had a 503 after 2.5 s.`;
		}
	}
];

export const haproxy: Workshop = {
	title: 'The HAProxy Citadel',
	file,
	files: { [file]: examples.find(({ dialect }) => dialect === 'haproxy')?.text ?? '' },
	program: {
		title: 'HAProxy',
		name: 'haproxy',
		version: '-v',
		remedy: 'on Debian or Ubuntu, sudo apt-get install haproxy; on macOS, brew install haproxy'
	},
	run: 'haproxy -db -f haproxy.cfg',
	remarks: [
		"The manual of your version is at https://docs.haproxy.org; look for the words of a step's remedy there."
	],
	accepted: {
		title: 'HAProxy takes the file, without a warning',
		why: 'What HAProxy cannot read it does not run; what it warns of is missing.',
		remedy: 'haproxy -c -f haproxy.cfg says the line.'
	},
	steps,
	async prepare({ program, folder, scratch, place }) {
		const copy = join(scratch, file);
		writeFileSync(copy, moved(readFileSync(join(folder, file), 'utf8'), place));
		// It leads no double life: "daemon" would take it out of our hands.
		const launch = { file: program, args: ['-db', '-f', copy], cwd: folder };
		const { well, said } = await runToEnd({ ...launch, args: ['-c', '-f', copy] });
		if (well && !/\[(WARNING|ALERT)\]/.test(said)) return { launch };
		return { why: movedBack(said.replaceAll(copy, file), place) };
	}
};
