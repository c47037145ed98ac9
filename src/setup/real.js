// npm run test:real: random scripts, played against the real HAProxy and NGINX and against our code.
import { runProgram } from './command.js';

await runProgram('tests/real/main.ts', 'dist/real.js', process.argv.slice(2));
