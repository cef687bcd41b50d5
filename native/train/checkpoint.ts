import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { failure, type Words } from '../contract/engineError.ts';
import { HeldOutEvent, StepEvent, type TrainRequest } from '../contract/messages.ts';
import { writeAll } from '../formats/writeAside.ts';
import { recoverDirectory, writeDirectoryAside } from '../formats/writeDirectoryAside.ts';
import { downloadBytes, upload } from '../ggml/arena.ts';
import { sizeOf } from '../ggml/tensor.ts';
import type { Parameters } from '../models/parameters.ts';
import type { HistoryEvent } from './history.ts';

/**
 * All that a run needs to go on as if it had never stopped. The place in the data and the random numbers follow from
 * the step and the seed, so they are not stored; gradients are zero between steps.
 */
const State = z.strictObject({
  version: z.literal(1),
  /** Steps done. */
  step: z.int().min(0),
  /** Of everything that decides the numbers: resuming with other settings is refused. */
  fingerprint: z.string(),
  /** Layout of parameters.bin: values, first and second moments, each with all parameters in this order. */
  parameters: z.array(z.strictObject({ name: z.string(), shape: z.array(z.int()) })),
  /** Which copies of the weights were kept: it decides how products round. */
  transposedCopies: z.boolean(),
  /** At this very step; absent where it was not measured there. */
  heldOutLoss: z.number().optional(),
});
export type CheckpointState = z.infer<typeof State>;

const stateFile = 'state.json';
export const valuesFile = 'parameters.bin';
/** Beside the state and not in it, since times and memory in it differ from run to run. */
const historyFile = 'history.json';
const HistoryEvents = z.array(z.discriminatedUnion('type', [StepEvent, HeldOutEvent]));

export function checkpointPath(runDirectory: string): string {
  return join(runDirectory, 'checkpoint');
}

/** @throws FormatError `disk_full`; the checkpoint before it is then still there. */
export function writeCheckpoint(
  runDirectory: string,
  parameters: Parameters,
  progress: Omit<CheckpointState, 'version' | 'parameters'>,
  history: readonly HistoryEvent[],
): string {
  const path = checkpointPath(runDirectory);
  const state: CheckpointState = {
    version: 1,
    ...progress,
    parameters: parameters.specs.map(({ name, shape }) => ({ name, shape: [...shape] })),
  };
  writeDirectoryAside(path, (folder) => {
    const fd = openSync(join(folder, valuesFile), 'wx');
    try {
      for (const tensor of stored(parameters)) writeAll(fd, downloadBytes(parameters.device, tensor));
    } finally {
      closeSync(fd);
    }
    writeFileSync(join(folder, historyFile), JSON.stringify(history));
    writeFileSync(join(folder, stateFile), `${JSON.stringify(state, null, 2)}\n`);
  });
  return path;
}

/**
 * Null where there is none. `fingerprint` null: that of another run will do.
 * @throws EngineError `checkpoint_mismatch` where it belongs to other settings or is damaged.
 */
export function readCheckpointState(runDirectory: string, fingerprint: string | null): CheckpointState | null {
  const path = checkpointPath(runDirectory);
  if (!recoverDirectory(path)) return null;
  const state = readState(path);
  if (fingerprint === null || state.fingerprint === fingerprint) return state;
  throw mismatch(path, {
    en: 'it was made with another base, data set or recipe',
    ja: '別のベースモデル、データセット、またはレシピで作られたものです',
  });
}

/** @throws EngineError `checkpoint_mismatch` where it is damaged or not there. */
export function readState(path: string): CheckpointState {
  try {
    return State.parse(JSON.parse(readFileSync(join(path, stateFile), 'utf8')));
  } catch (error) {
    throw mismatch(path, { en: `its ${stateFile} is damaged`, ja: `${stateFile} が壊れています` }, error);
  }
}

/** @throws EngineError `checkpoint_mismatch` where the parameters of the checkpoint are not these. */
export function checkSameParameters(runDirectory: string, state: CheckpointState, parameters: Parameters): void {
  const told = (specs: readonly { readonly name: string; readonly shape: readonly number[] }[]): string =>
    JSON.stringify(specs.map(({ name, shape }) => [name, ...shape]));
  if (told(state.parameters) === told(parameters.specs)) return;
  throw mismatch(checkpointPath(runDirectory), {
    en: 'it was made with another base, rank or choice of targets',
    ja: 'ベースモデル、ランク、または対象の違う学習で作られたものです',
  });
}

/** What was told up to the checkpoint. @throws EngineError `checkpoint_mismatch` where it is damaged. */
export function readHistory(runDirectory: string): HistoryEvent[] {
  const path = checkpointPath(runDirectory);
  try {
    return HistoryEvents.parse(JSON.parse(readFileSync(join(path, historyFile), 'utf8')));
  } catch (error) {
    throw mismatch(path, { en: `its ${historyFile} is damaged`, ja: `${historyFile} が壊れています` }, error);
  }
}

/** @throws EngineError `checkpoint_mismatch` where the file is not as long as these parameters. */
export function restoreParameters(runDirectory: string, parameters: Parameters): void {
  const checkpoint = checkpointPath(runDirectory);
  let fd: number;
  try {
    fd = openSync(join(checkpoint, valuesFile), 'r');
  } catch (error) {
    throw damagedValues(checkpoint, error);
  }
  try {
    if (fstatSync(fd).size !== checkpointBytes(parameters)) throw damagedValues(checkpoint);
    for (const tensor of stored(parameters)) {
      const bytes = new Uint8Array(sizeOf(tensor));
      for (let done = 0; done < bytes.length; ) {
        const count = readSync(fd, bytes, done, bytes.length - done, null);
        if (count === 0) throw damagedValues(checkpoint);
        done += count;
      }
      upload(parameters.device, tensor, bytes);
    }
  } finally {
    closeSync(fd);
  }
}

/** Bytes of one checkpoint. */
export function checkpointBytes(parameters: Parameters): number {
  return stored(parameters).reduce((sum, tensor) => sum + sizeOf(tensor), 0);
}

const mismatch = (path: string, reason: Words, cause?: unknown) =>
  failure('checkpoint_mismatch', { path }, reason, cause === undefined ? undefined : { cause });

export function damagedValues(path: string, cause?: unknown): Error {
  return mismatch(path, { en: `its ${valuesFile} is damaged`, ja: `${valuesFile} が壊れています` }, cause);
}

function stored(parameters: Parameters) {
  return [parameters.values, parameters.firstMoment, parameters.secondMoment];
}

/** A hash of all that decides a run's numbers. */
export function runFingerprint({
  baseHash,
  method,
  schedule,
  data,
}: Pick<TrainRequest, 'baseHash' | 'method' | 'schedule' | 'data'>): string {
  const { evaluateEvery: _evaluate, checkpointEvery: _checkpoint, keepCheckpoints: _keep, ...numbers } = schedule;
  const dataHash = createHash('sha256').update(readFileSync(data.trainPath)).digest('hex');
  return createHash('sha256')
    .update(JSON.stringify([baseHash, method, numbers, dataHash]))
    .digest('hex');
}
