/** `npm run check`: all that is fast. */
import { checkSteps, runSteps, tallyLine } from './steps.ts';

const tally = await runSteps(checkSteps);
console.log(`\n${tallyLine(tally)}`);
process.exit(tally.failed === 0 ? 0 : 1);
