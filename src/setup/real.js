// npm run test:real: random scripts, played against the real HAProxy and NGINX and against our code; and what we export, against the programs it is for.
import { runProgram } from './command.js';

await runProgram('tests/real/main.ts', 'dist/real.js', process.argv.slice(2));
