/** What VS Code calls to run the tests inside its extension host; the outcome goes into a file beside it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import { commandTests } from './commands.ts';
import { leakTests } from './leaks.ts';

/** Longest that one test may take, ms. */
const timeout = 120_000;

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'tdd', timeout, reporter: class {} });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  commandTests();
  leakTests();
  const outcomes: { title: string; error: string | null }[] = [];
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    runner.on('pass', (test) => outcomes.push({ title: test.fullTitle(), error: null }));
    runner.on('fail', (test, error) => outcomes.push({ title: test.fullTitle(), error: error.stack ?? String(error) }));
  });
  writeFileSync(join(__dirname, 'outcomes.json'), JSON.stringify(outcomes));
  for (const { title, error } of outcomes)
    console.log(`${error === null ? '✓' : '✗'} ${title}${error ? `\n${error}` : ''}`);
  if (failures > 0) throw new Error(`${failures} tests failed`);
}
