import type { Run, RunEvent } from '../contract/run.ts';
import { formatCount, formatDuration, formatNumber, formatShare } from '../l10n/format.ts';
import type { Cli } from './cli.ts';
import { exitCode } from './exitCode.ts';
import { onInterrupt } from './onInterrupt.ts';
import { sampleLine } from './showSamples.ts';

const ended: ReadonlySet<Run['state']> = new Set(['succeeded', 'failed', 'cancelled', 'paused']);

/** Characters of the progress bar, where the terminal is wide and where it is not. */
const barWidths = { wide: 24, narrow: 10 } as const;

/**
 * Shows a run as it happens until it ends, and returns how it ended. Ctrl-C stops it with a checkpoint; a second one
 * ends this process at once and leaves what the last checkpoint has.
 */
export async function followRun(cli: Cli, started: Run): Promise<Run> {
  const backend = await cli.backend();
  const { id } = started;
  using _interrupt = onInterrupt((count) => {
    if (count > 1) {
      cli.error(cli.text('run.leftAlone', { id }));
      process.exit(exitCode.interrupted);
    }
    cli.exitCode = exitCode.interrupted;
    cli.error(cli.text('run.stopping'));
    // A run that ended in this very moment cannot be paused, and then its end is what is shown.
    backend.call('pauseRun', { params: { id } }).catch(() => undefined);
  });
  const view = new RunView(cli);
  for await (const event of backend.runEvents(id)) {
    cli.result(event);
    view.show(event);
    if (event.type !== 'state' || !ended.has(event.state)) continue;
    // A resumed run has such an event in its past: only the run itself says whether this is the end.
    const run = await backend.call('readRun', { params: { id } });
    if (ended.has(run.state)) {
      return run;
    }
  }
  return backend.call('readRun', { params: { id } });
}

/** The live line, from the events so far. */
class RunView {
  readonly #cli: Cli;
  #heldOut: number | null = null;

  constructor(cli: Cli) {
    this.#cli = cli;
  }

  show(event: RunEvent): void {
    const cli = this.#cli;
    if (cli.json) return;
    switch (event.type) {
      case 'state':
        if (event.state === 'queued' && event.queue_place !== null && event.queue_place > 1) {
          cli.progress(cli.text('run.queued', { place: event.queue_place }));
        }
        return;
      case 'phase':
        cli.progress(`${cli.text(`phase.${event.phase}`)} … ${formatShare(Math.round(event.fraction * 100) / 100)}`);
        return;
      case 'samples':
        cli.lines(sampleLine(cli, event));
        return;
      case 'held_out':
        this.#heldOut = event.loss;
        return;
      case 'step':
        cli.progress(this.#stepLine(event), event.step === event.steps);
        return;
      default:
    }
  }

  #stepLine(event: Extract<RunEvent, { type: 'step' }>): string {
    const cli = this.#cli;
    const parts = [
      `${cli.text('run.step', { step: formatCount(event.step), steps: formatCount(event.steps) })}${bar(cli, event)}`,
      cli.text('run.loss', { loss: formatNumber(event.loss) }),
      ...(this.#heldOut === null ? [] : [cli.text('run.heldOut', { loss: formatNumber(this.#heldOut) })]),
      cli.text('run.speed', { speed: formatCount(event.tokens_per_second) }),
      ...(event.seconds_left === null
        ? []
        : [cli.text('run.left', { duration: formatDuration(cli.language, event.seconds_left) })]),
    ];
    return parts.join(' · ');
  }
}

function bar(cli: Cli, { step, steps }: { step: number; steps: number }): string {
  if (!cli.isTerminal) return '';
  const width = cli.columns >= 110 ? barWidths.wide : barWidths.narrow;
  const done = Math.round((step / Math.max(1, steps)) * width);
  return ` ${'━'.repeat(done)}${'─'.repeat(width - done)}`;
}
