import type { RunEvent } from '../contract/run.ts';
import type { RunJournal } from '../jobs/runJournal.ts';

type Phase = Extract<RunEvent, { type: 'phase' }>['phase'];

/** Tells of a phase at its beginning, at its end, and at every tenth in between, however often it is called. */
export function progressEvents(journal: RunJournal, id: string, phase: Phase): (fraction: number) => void {
  let told = -1;
  return (fraction) => {
    const tenth = Math.floor(fraction * 10);
    if (tenth <= told) return;
    told = tenth;
    journal.change(id, {}, { type: 'phase', phase, fraction });
  };
}
