import type { Samples } from '../contract/run.ts';
import { formatCount } from '../l10n/format.ts';
import type { Cli } from './cli.ts';
import { showAnswers } from './showAnswers.ts';

/** `Step 50: 2 of 3 right, the base 0.` */
export function sampleLine(cli: Cli, { step, answers, left_out: leftOut }: Samples): string {
  const at = formatCount(step);
  if (leftOut) return cli.text('samples.leftOut', { step: at, reason: cli.text(`samples.${leftOut}`) });
  return cli.text('samples.line', {
    step: at,
    right: answers.filter((answer) => answer.tuned_right).length,
    base: answers.filter((answer) => answer.base_right).length,
    count: answers.length,
  });
}

/** One line a held-out loss, and the answers of one of them: the last that was asked, or the one of a step. */
export function showSamples(cli: Cli, samples: readonly Samples[], step?: number): void {
  const shown = samples.findLast((one) => (step === undefined ? one.left_out === null : one.step === step));
  cli.lines(...samples.map((one) => sampleLine(cli, one)));
  if (!shown || shown.left_out) return;
  cli.lines('', cli.style.bold(cli.text('samples.at', { step: formatCount(shown.step) })));
  showAnswers(cli, shown.answers);
}
