/** The steps of `npm run check` and `npm test`: each is timed, all are run, and the tally decides the exit code. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { runTests, type Tally } from './runTests.ts';

export const root = join(import.meta.dirname, '..');

export interface Step {
  readonly name: string;
  run(): Tally | Promise<Tally>;
}

/** A program of node_modules, or a script of the project, run with this Node; its output is shown only where it fails. */
function program(name: string, file: string, args: readonly string[]): Step {
  return {
    name,
    run() {
      const result = spawnSync(process.execPath, [...process.execArgv, join(root, file), ...args], {
        cwd: root,
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
      });
      if (result.status === 0) return { passed: 1, failed: 0, skipped: 0 };
      console.log(`${result.stdout}${result.stderr}${result.error?.message ?? ''}`.trimEnd());
      return { passed: 0, failed: 1, skipped: 0 };
    },
  };
}

function tests(name: string, folders: readonly string[], oneAtATime = false): Step {
  return { name, run: () => runTests(root, folders, oneAtATime) };
}

export const checkSteps: readonly Step[] = [
  program('format and lint', 'node_modules/@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']),
  program('types', 'node_modules/typescript/bin/tsc', ['--noEmit', '-p', '.']),
  program('types of the pages', 'node_modules/typescript/bin/tsc', ['--noEmit', '-p', 'webviews']),
  program('layers', 'scripts/layers.ts', []),
  program('dead code and unused packages', 'node_modules/knip/bin/knip.js', ['--config', 'scripts/knip.json']),
  tests('unit, golden and API tests', ['unit', 'golden', 'api']),
];

/** Makes the VSIX once for all tests that install it. */
const packaging: Step = {
  name: 'package',
  run() {
    const tally = program('', 'scripts/package.ts', []).run();
    process.env.TATARA_TEST_VSIX = join(root, 'dist', `tatara-${process.platform}-${process.arch}.vsix`);
    return tally;
  },
};

export const slowSteps: readonly Step[] = [
  tests('engine tests', ['engine', 'parity'], true),
  packaging,
  tests('end-to-end tests', ['e2e'], true),
  tests('tests in a real editor', ['editor'], true),
];

/** Runs all steps, prints each with its time, and returns the sum. A step that is red does not hide the next. */
export async function runSteps(steps: readonly Step[]): Promise<Tally> {
  const sum: Tally = { passed: 0, failed: 0, skipped: 0 };
  const lines: string[] = [];
  for (const step of steps) {
    console.log(`\n${step.name} …`);
    const started = performance.now();
    const tally = await step.run();
    const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
    const line = `${tally.failed > 0 ? '✗' : '✓'} ${seconds} s  ${step.name}`;
    console.log(line);
    lines.push(line);
    sum.passed += tally.passed;
    sum.failed += tally.failed;
    sum.skipped += tally.skipped;
  }
  console.log(`\n${lines.join('\n')}`);
  return sum;
}

/** `N passed, N failed`, and the skipped where there are any. */
export function tallyLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
