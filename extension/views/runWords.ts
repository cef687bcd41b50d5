import type { Language } from '../../backend/contract/common.ts';
import type { RunSummary } from '../../backend/contract/runSummary.ts';
import { formatChange, formatDuration } from '../../backend/l10n/format.ts';
import { plainText } from '../../backend/l10n/plainText.ts';
import type { Say } from '../l10n/say.ts';

/** `41 %`. */
export function progressOf(run: Pick<RunSummary, 'step' | 'steps'>): string {
  return `${run.steps === 0 ? 0 : Math.floor((100 * run.step) / run.steps)} %`;
}

/** How a run stands, in few words: `41 % · 6 min left`, `better +42`, `failed`. */
export function standingOf(run: RunSummary, language: Language, say: Say): string {
  if (run.state === 'running') {
    const left = run.seconds_left;
    return [
      progressOf(run),
      ...(left === null ? [] : [say('run.left', { duration: formatDuration(language, left) })]),
    ].join(' · ');
  }
  if (run.state === 'queued' && run.queue_place !== null) return say('run.place', { place: run.queue_place });
  if (run.state === 'failed' && run.error) return plainText(run.error.message);
  const { verdict } = run;
  if (run.state === 'succeeded' && verdict && verdict.kind !== 'unmeasured') {
    return say(`run.verdict.${verdict.kind}`, { change: formatChange(verdict.change ?? 0) });
  }
  return say(`run.state.${run.state}`, { step: run.step });
}

/** Its icon and the colour that goes with it; the icon alone says it too. */
export function iconOf(run: RunSummary): { readonly icon: string; readonly color?: string } {
  switch (run.state) {
    case 'queued':
      return { icon: 'clock' };
    case 'running':
      return { icon: 'loading~spin' };
    case 'paused':
      return { icon: 'debug-pause' };
    case 'failed':
      return { icon: 'error', color: 'list.errorForeground' };
    case 'cancelled':
      return { icon: 'circle-slash' };
    case 'succeeded': {
      const kind = run.verdict?.kind ?? 'unmeasured';
      if (kind === 'better') return { icon: 'pass', color: 'testing.iconPassed' };
      return kind === 'worse' || kind === 'forgot'
        ? { icon: 'warning', color: 'list.warningForeground' }
        : { icon: 'check' };
    }
  }
}
