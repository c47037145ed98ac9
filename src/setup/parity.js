// npm run test:parity: the sessions of tests/parity.test.ts with 10,000 decisions and more of each strategy.
import { runPackage } from './program.js';

const args = ['run', 'tests/parity.test.ts', '--reporter=verbose'];
const { code, output } = await runPackage('vitest', args, { env: { PARITY_REQUESTS: '11000' } });
console.log(output);
process.exitCode = code;
