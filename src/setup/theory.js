// npm run test:theory: ten seeds of a million requests for each reference value.
import { runProgram } from './command.js';

await runProgram('tests/simulator/theory-main.ts', 'dist/theory.js', process.argv.slice(2));
