// npm run bench
import { bundle } from './bundle.js';
import { runProgram } from './command.js';

// The proxy is measured as people run it.
await bundle('src/cli/main.ts', 'dist/golangia.js');
await runProgram('tests/bench/main.ts', 'dist/bench.js', process.argv.slice(2));
