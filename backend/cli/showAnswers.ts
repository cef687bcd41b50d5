import type { AnsweredRow } from '../contract/run.ts';
import type { Cli } from './cli.ts';
import { pad, wrap } from './width.ts';

/**
 * Questions with the answers of base and tuned model beside each other. Right and wrong are marked ✓ and ✗; where the
 * tuned model is wrong, what was expected stands under the question.
 */
export function showAnswers(cli: Cli, answers: readonly AnsweredRow[]): void {
  const gap = 2;
  const width = Math.floor((Math.min(cli.columns, 132) - 2 * gap - 1) / 3);
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => (index === cells.length - 1 ? cell : pad(cell, width + gap)))
      .join('')
      .trimEnd();
  const { style } = cli;
  cli.lines(
    line([
      style.bold(cli.text('compare.question')),
      style.base(cli.text('compare.base')),
      style.tuned(cli.text('compare.tuned')),
    ]),
    '─'.repeat(3 * width + 2 * gap),
  );
  for (const answer of answers) {
    const columns = [
      [
        ...wrap(answer.question, width),
        // A right answer says itself what was expected.
        ...(answer.tuned_right ? [] : wrap(`= ${answer.expected}`, width).map(style.dim)),
      ],
      marked(cli, answer.base, answer.base_right, width),
      marked(cli, answer.tuned, answer.tuned_right, width),
    ];
    const height = Math.max(...columns.map((column) => column.length));
    for (let row = 0; row < height; row += 1) cli.lines(line(columns.map((column) => column[row] ?? '')));
  }
}

function marked(cli: Cli, answer: string, right: boolean, width: number): string[] {
  const mark = right ? cli.style.good('✓') : cli.style.bad('✗');
  return wrap(answer.trim() || '–', width - 2).map((text, index) => `${index === 0 ? mark : ' '} ${text}`);
}
