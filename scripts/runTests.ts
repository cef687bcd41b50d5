/** Runs test folders with Node's own runner, one process a file, and says briefly what happened. */
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { inspect } from 'node:util';

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

interface Failure {
  readonly name: string;
  readonly file: string;
  readonly line: number | undefined;
  readonly error: string;
}

/** A file that takes longer than this hangs. Milliseconds. */
const fileTimeout = 15 * 60_000;

/**
 * Runs every `*.test.ts` under the folders of `test/`. Folders that use all cores themselves (engine, e2e) run one
 * file at a time.
 */
export async function runTests(root: string, folders: readonly string[], oneAtATime: boolean): Promise<Tally> {
  const files = folders.flatMap((folder) => globSync(`test/${folder}/**/*.test.ts`, { cwd: root })).sort();
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  if (files.length === 0) return tally;
  const failures: Failure[] = [];
  const stream = run({
    files: files.map((file) => join(root, file)),
    cwd: root,
    concurrency: oneAtATime ? 1 : Math.min(files.length, availableParallelism()),
    timeout: fileTimeout,
    execArgv: process.execArgv,
  });
  stream.on('test:fail', (event) => {
    // A suite fails because a test in it fails, and a file because a test in it does: the test itself is told, once.
    const error = event.details.error as Error & { failureType?: string; cause?: unknown };
    if (error.failureType === 'subtestsFailed') return;
    failures.push({ name: event.name, file: event.file ?? '', line: event.line, error: told(error.cause ?? error) });
  });
  stream.on('test:pass', (event) => {
    if (typeof event.skip === 'string') console.log(`    skipped: ${event.name}: ${event.skip}`);
  });
  stream.on('test:stdout', (event) => process.stdout.write(event.message));
  stream.on('test:stderr', (event) => process.stderr.write(event.message));
  stream.on('test:summary', (event) => {
    if (event.file === undefined) {
      tally.passed = event.counts.passed;
      tally.failed = event.counts.tests - event.counts.passed - event.counts.skipped - event.counts.todo;
      tally.skipped = event.counts.skipped + event.counts.todo;
      return;
    }
    const { counts } = event;
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
    const seconds = (event.duration_ms / 1000).toFixed(1);
    console.log(
      `  ${event.success ? '✓' : '✗'} ${relative(root, event.file)}  ${counts.passed} passed${skipped}  ${seconds} s`,
    );
  });
  for await (const _ of stream);
  for (const failure of failures) {
    console.log(`\n  ✗ ${failure.name}\n    ${relative(root, failure.file)}:${failure.line ?? 1}`);
    console.log(failure.error.replaceAll(/^/gm, '    '));
  }
  tally.failed = Math.max(tally.failed, failures.length > 0 ? 1 : 0);
  return tally;
}

/** Message and stack; the compared values stand in an assertion's message already. */
function told(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : inspect(error);
}
