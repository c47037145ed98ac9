import { counted } from './number.ts';

const lessons = counted({ one: '# lesson', other: '# lessons' });
const minutes = counted({ one: '# minute', other: '# minutes' });

/** The first page: the map, the siege, the contents. */
export const home = {
	title: 'Golangia · load balancing, played',
	description:
		'A course in load balancing and horizontal scaling that you can play: predict, run an exact simulator, see why, and run the same strategies in a real proxy.',
	kicker: 'A course in load balancing that you can play',
	heading: 'One gate, many castles, and a monster made of travellers',
	lede: 'Hold the gate of Golangia and learn how requests find their servers. Predict what will happen, run it in an exact simulator, see why. The same strategy files then balance real HTTP on your own machine.',
	begin: (lesson: number): string => `Begin with lesson ${String(lesson)}`,
	goOn: (lesson: number): string => `Go on with lesson ${String(lesson)}`,
	open: 'Open the playground',
	map: {
		label: 'Lessons on the map',
		pin: (lesson: number, title: string): string => `${String(lesson)}. ${title}`,
		done: ', done',
		next: ', where to go on'
	},
	siege: 'The siege',
	tale: [
		'Golangia is ruled by engineers. What they built was good, and everyone who wished to use it came through one gate to one castle. Then more came than the castle could serve. The watch gave the crowd on the horizon a name, Traffic Overload: a monster with no body of its own, made of every traveller still waiting.',
		'The council sent for John Allspaw, who had stood in such sieges. Two titans could help, he said: Load Balancing, who decides which castle serves whom, and Horizontal Scaling, who builds another castle. Neither obeys a lord who has not learned their ways. So the lessons begin.'
	],
	truth:
		'John Allspaw is a real engineer, known for his work in web operations. His part in this story, and every line he speaks in it, is fiction.',
	key: {
		label: 'Key to the map',
		traveller: {
			name: 'Traveller',
			says: 'A request. The larger the disc, the more work it brings.'
		},
		gate: {
			name: 'Gate',
			says: 'The load balancer. It meets every request once and must choose at once.'
		},
		castle: {
			name: 'Castle',
			says: 'A server. Lit windows are workers, and the road before it is its queue.'
		},
		overload: {
			name: 'Traffic Overload',
			says: 'All that waits or was turned away. Choose well and it shrinks.'
		}
	},
	lessons: {
		heading: 'Lessons',
		says: 'Each asks for your prediction, runs two choices on the very same traffic, shows why they differ, and leaves you with a goal to meet.',
		all: (count: number, of: number): string => `${lessons(count)}, about ${minutes(of)}.`,
		left: (done: number, of: number): string => `${String(done)} done, about ${minutes(of)} to go.`,
		glossary: 'Glossary',
		/** Before its title, for those who do not see the number beside it. */
		number: (lesson: number): string => `Lesson ${String(lesson)}:`,
		done: 'done',
		begun: 'begun',
		minutes: counted({ other: '# min' })
	},
	/** What becomes of progress. */
	keeping: {
		says: 'What you do is kept in this browser and goes nowhere.',
		save: 'Save it as a file',
		open: 'Open a file',
		forget: 'Forget it',
		sure: 'Really forget all of it?',
		file: 'A progress file',
		saved: (name: string): string => `Saved as ${name}.`,
		opened: (name: string): string => `${name} is what you have done now.`,
		forgotten: 'All of it is forgotten.'
	},
	playground: {
		heading: 'Playground',
		says: 'Nothing is locked there. Choose a strategy, servers and traffic; run, pause, go back, run the same seed again; slow a server down or kill it while it works. A real `fetch` from the open page is answered by the simulated cluster.',
		open: 'Open the playground',
		chart: '95th percentile latency over five seconds: 32 requests a second, four servers',
		caption: (seed: number): string =>
			`The same travellers with the same errands met both gatekeepers. Run by the simulator, seed ${String(seed)}, while this page was built.`,
		roundRobin: 'Round robin',
		leastConnections: 'Least connections'
	},
	yours: {
		heading: 'On your machine',
		says: 'Node 20.19 or newer. The first start installs what it needs.',
		start:
			'Serves this site on your machine, with two small backends on :8000 and :8001 and a real reverse proxy on :8080.',
		curl: 'Asks that proxy in another terminal: one backend answers, then the other, then the first again.',
		test: 'Checks all of it, from queueing theory to a browser that walks through the lessons.'
	}
};
