import type { Preflight } from '../contract/run.ts';
import { formatBytes, formatCount, formatDuration } from '../l10n/format.ts';
import type { Cli } from './cli.ts';
import { facts } from './table.ts';

/** Characters of the memory bar. */
const barWidth = 24;

/** What three real steps told: memory against the machine's, time, disk. */
export function showPreflight(cli: Cli, preflight: Preflight): void {
  const share = preflight.machine_memory > 0 ? preflight.peak_memory / preflight.machine_memory : 0;
  const filled = Math.min(barWidth, Math.max(1, Math.round(share * barWidth)));
  const memory = cli.text('preflight.memoryValue', {
    need: formatBytes(preflight.peak_memory),
    machine: formatBytes(preflight.machine_memory),
  });
  cli.lines(
    ...facts([
      [cli.text('preflight.memory'), `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}  ${memory}`],
      [
        cli.text('preflight.time'),
        cli.text('preflight.timeValue', {
          duration: formatDuration(cli.language, preflight.estimated_seconds),
          steps: formatCount(preflight.steps),
          speed: formatCount(preflight.tokens_per_second),
        }),
      ],
      [
        '',
        cli.text('preflight.timeParts', {
          training: formatDuration(cli.language, preflight.steps * preflight.seconds_per_step),
          evaluation: formatDuration(cli.language, preflight.evaluation_seconds),
          answers: formatDuration(cli.language, preflight.answering_seconds),
        }),
      ],
      [
        cli.text('preflight.disk'),
        cli.text('preflight.diskValue', {
          need: formatBytes(preflight.disk_bytes),
          free: formatBytes(preflight.disk_free),
        }),
      ],
      [
        cli.text('preflight.rows'),
        cli.text('preflight.rowsValue', {
          train: formatCount(preflight.train_rows),
          heldOut: formatCount(preflight.held_out_rows),
        }),
      ],
      [cli.text('preflight.device'), preflight.device],
    ]).map((line) => `  ${line}`),
  );
  if (preflight.disk_bytes > preflight.disk_free) {
    cli.lines(`  ${cli.style.warning(`! ${cli.text('preflight.diskFull')}`)}`);
  }
  if (share > 1) cli.lines(`  ${cli.style.warning(`! ${cli.text('preflight.tooLarge')}`)}`);
}
