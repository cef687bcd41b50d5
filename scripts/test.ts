/** `npm test`: the check, the engine, and everything end to end, the demo included. */
import { checkSteps, runSteps, slowSteps, tallyLine } from './steps.ts';

const tally = await runSteps([...checkSteps, ...slowSteps]);
console.log(`\n${tallyLine(tally)}`);
process.exit(tally.failed === 0 && tally.passed > 0 ? 0 : 1);
