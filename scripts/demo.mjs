import { run } from './run.mjs';

run('scripts/demo.ts', process.argv.slice(2));
