// npm run golangia -- …
import { golangia } from './command.js';

await golangia(process.argv.slice(2));
