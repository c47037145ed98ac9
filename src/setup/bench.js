// npm run bench
import { runProgram } from './command.js';

await runProgram('tests/bench/main.ts', 'dist/bench.js', process.argv.slice(2));
