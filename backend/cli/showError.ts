import { BackendError } from '../client/connectBackend.ts';
import { errorBody, storedError } from '../contract/errorBody.ts';
import { TataraError } from '../contract/errors.ts';
import type { ErrorBody } from '../contract/run.ts';
import type { Cli } from './cli.ts';
import { type ExitCode, exitCode } from './exitCode.ts';
import { UsageError } from './usageError.ts';

/** How many wrong places are listed. */
const shownProblems = 20;

/** What the reader wrote is wrong: the command line, a recipe, or the name of something that is not there. */
const usageCodes = /^(usage|recipe_\w+|\w+_not_found)$/;

/** What happened, where, and what to do: on stderr, as text or as JSON. */
export function showError(cli: Cli, error: Pick<ErrorBody, 'code' | 'message' | 'hint' | 'problems'>): void {
  if (cli.json) {
    cli.error(JSON.stringify({ error }));
    return;
  }
  cli.error(`${cli.style.bad(cli.text('error.prefix'))} ${error.message}`);
  const problems = error.problems ?? [];
  for (const problem of problems.slice(0, shownProblems)) {
    const place =
      problem.line === undefined ? '' : `${problem.line}${problem.column === undefined ? '' : `:${problem.column}`}: `;
    cli.error(`  ${place}${problem.message}`);
  }
  if (problems.length > shownProblems) {
    cli.error(cli.text('import.more', { count: problems.length - shownProblems }));
  }
  if (error.hint) cli.error(error.hint);
}

/** Shows whatever a command threw, and returns the exit code that it means. */
export function showThrown(cli: Cli, thrown: unknown): ExitCode {
  const error = bodyOf(cli, thrown);
  showError(cli, error);
  if (usageCodes.test(error.code)) return exitCode.usage;
  return error.code === 'internal' || error.code === 'engine_bug' ? exitCode.bug : exitCode.failed;
}

function bodyOf(cli: Cli, thrown: unknown): Pick<ErrorBody, 'code' | 'message' | 'hint' | 'problems'> {
  if (thrown instanceof UsageError) {
    const { meant } = thrown.details;
    const hint =
      meant === undefined
        ? cli.text('error.usage', { command: cli.command })
        : cli.text('usage.didYouMean', { value: meant });
    return { code: 'usage', message: cli.text(thrown.key, thrown.details), hint };
  }
  if (thrown instanceof TataraError) return errorBody(storedError(thrown), cli.language);
  if (thrown instanceof BackendError) return thrown.body;
  const reason = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return { code: 'internal', message: cli.text('error.bug', { reason }) };
}
