import type { EngineEvent } from '../../native/contract/messages.ts';
import type { RunJournal } from '../jobs/runJournal.ts';
import type { RunControl } from '../jobs/runQueue.ts';
import type { EngineProcess } from './ports.ts';
import { progressEvents } from './progressEvents.ts';
import type { RunSamples } from './runSamples.ts';
import { SecondsLeft } from './secondsLeft.ts';

export type EngineResult = Extract<EngineEvent, { type: 'trained' }>;

/** Writes down what an engine tells until it ends. Throws what made it fail. */
export async function followEngine(
  engine: EngineProcess,
  id: string,
  journal: RunJournal,
  control: RunControl,
  /** Absent: nobody asks the model on its way. */
  samples?: Pick<RunSamples, 'take'>,
): Promise<EngineResult | 'stopped'> {
  const stop = () => engine.stop();
  const kill = () => engine.kill();
  control.stop.addEventListener('abort', stop);
  control.kill.addEventListener('abort', kill);
  try {
    const write = writer(id, journal);
    for await (const event of engine.events) {
      if (event.type === 'trained') return event;
      if (event.type === 'stopped') return 'stopped';
      if (event.type === 'sample') {
        await samples?.take(event);
        engine.goOn();
      } else {
        write(event);
      }
    }
    throw new Error('An engine ended without telling how.');
  } catch (error) {
    // It was us who ended it.
    if (control.kill.aborted) return 'stopped';
    throw error;
  } finally {
    control.stop.removeEventListener('abort', stop);
    control.kill.removeEventListener('abort', kill);
  }
}

function writer(id: string, journal: RunJournal): (event: EngineEvent) => void {
  const secondsLeft = new SecondsLeft();
  let firstStep = 1;
  let phase: { readonly name: string; readonly progress: (fraction: number) => void } | null = null;
  return (event) => {
    switch (event.type) {
      case 'ready': {
        const step = event.firstStep - 1;
        firstStep = event.firstStep;
        const device = event.device.name;
        // What the engine found on the disk is the truth, also where a crash came between a checkpoint and its event.
        const checkpointStep = step > 0 ? step : null;
        return journal.change(
          id,
          { engineVersion: event.engineVersion, device, step, checkpointStep },
          {
            type: 'ready',
            engine_version: event.engineVersion,
            device,
            threads: event.threads,
            trainable_parameters: event.trainableParameters,
            first_step: event.firstStep,
            variants: event.variants,
          },
        );
      }
      case 'phase':
        if (phase?.name !== event.phase) {
          phase = { name: event.phase, progress: progressEvents(journal, id, event.phase) };
        }
        return phase.progress(event.fraction);
      case 'step': {
        const { step, steps, loss, tokens, seconds, memory } = event;
        // What is told again was not made now and tells nothing of the time.
        const left = step < firstStep ? null : secondsLeft.after(step, steps, seconds);
        return journal.change(
          id,
          { step, trainLoss: loss, secondsLeft: left },
          {
            type: 'step',
            step,
            steps,
            loss,
            learning_rate: event.learningRate,
            gradient_norm: event.gradientNorm,
            tokens,
            answer_tokens: event.answerTokens,
            tokens_per_second: seconds > 0 ? tokens / seconds : 0,
            memory,
            peak_memory: event.peakMemory,
            seconds_left: left,
          },
        );
      }
      case 'heldOut': {
        const { step, loss } = event;
        return journal.change(id, { heldOutLoss: loss }, { type: 'held_out', step, loss });
      }
      case 'checkpoint':
        return journal.change(id, { checkpointStep: event.step }, { type: 'checkpoint', step: event.step });
      default:
        throw new Error(`An engine that trains said ${event.type}.`);
    }
  };
}
