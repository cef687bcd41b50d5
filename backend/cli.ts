/** The command line's entry: reads the arguments, and nothing else. */
import { main } from './cli/main.ts';

process.exitCode = await main(process.argv.slice(2));
