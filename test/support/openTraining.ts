import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Method } from '../../native/contract/messages.ts';
import { type CodecName, dequantise } from '../../native/formats/codecs.ts';
import { openGguf } from '../../native/formats/gguf/readGguf.ts';
import { writeGguf } from '../../native/formats/gguf/writeGguf.ts';
import type { Device } from '../../native/ggml/device.ts';
import { loadModel } from '../../native/models/loadModel.ts';
import type { Model } from '../../native/models/model.ts';
import type { Parameters } from '../../native/models/parameters.ts';
import { chooseVariants } from '../../native/ops/context.ts';
import { layOutRows } from '../../native/train/batches.ts';
import { purposes, random } from '../../native/train/random.ts';
import { Session } from '../../native/train/session.ts';
import type { TokenRow } from '../../native/train/tokenFile.ts';
import { normals } from './opGradients.ts';
import { type RandomModel, writeRandomModel } from './randomModel.ts';
import { tempDir } from './tempDir.ts';

export type Lanes = readonly (readonly TokenRow[])[];

export interface Training {
  readonly model: Model;
  readonly parameters: Parameters;
  readonly session: Session;
  /** Loss of lanes of rows, nats in sum, and in `parameters` its gradients, added to those that are there. */
  readonly run: (lanes: Lanes, options?: RunOptions) => Promise<number>;
  /** The loss alone, as held-out rows are measured. */
  readonly loss: (lanes: Lanes) => Promise<number>;
}

export interface RunOptions {
  readonly checkpointing?: boolean;
  readonly dropout?: number;
  readonly laneLength?: number;
}

/** A model in this process, ready for micro-batches; low-rank pairs start as random numbers, none of them zero. */
export async function openTraining(
  context: TestContext,
  device: Device,
  path: string,
  method: Method,
  transposedCopies = false,
): Promise<Training> {
  const loaded = await loadModel(device, path, { kind: 'train', method, transposedCopies }, () => undefined);
  const session = new Session(device, loaded.model, chooseVariants(device));
  context.after(() => {
    session[Symbol.dispose]();
    loaded[Symbol.dispose]();
  });
  const parameters = loaded.parameters!;
  if (method.kind === 'lora') {
    parameters.specs.forEach(({ name, shape }, i) => {
      parameters.set(name, normals(random(99, i), shape[0] * shape[1], 0.1, 0));
    });
  }
  const run: Training['run'] = async (lanes, options = {}) => {
    const batch = layOutRows(lanes, options.laneLength ?? longest(lanes), session.chunk);
    const { checkpointing = true, dropout = 0 } = options;
    return (await session.train(batch, { kind: 'train', checkpointing, dropout }, [7, purposes.dropout, 0])).nats;
  };
  const loss: Training['loss'] = async (lanes) => {
    const rows = lanes.flat();
    const file = { rows: rows.length, row: (i: number) => rows[i]!, [Symbol.dispose]: () => undefined };
    const [lengths, answers] = [new Uint32Array(0), new Uint32Array(0)];
    const packing = { laneLength: longest(lanes), lanes: lanes.map((lane) => lane.map((row) => rows.indexOf(row))) };
    return (await session.evaluate({ ...file, lengths, answers }, [packing], () => undefined)).nats;
  };
  return { model: loaded.model, parameters, session, run, loss };
}

function longest(lanes: Lanes): number {
  return Math.max(...lanes.map((rows) => rows.reduce((sum, row) => sum + row.tokens.length, 0)));
}

export function randomModelFile(context: TestContext, model: RandomModel): string {
  const path = join(tempDir(context), 'model.gguf');
  writeRandomModel(path, model);
  return path;
}

/** The same model with every tensor in F32. */
export function widened(context: TestContext, path: string): string {
  const wide = join(tempDir(context), 'wide.gguf');
  using file = openGguf(path);
  const { metadata, tensors } = file.header;
  writeGguf(wide, {
    metadata,
    tensors: tensors.map((tensor) => ({
      ...{ name: tensor.name, shape: tensor.shape, type: 'F32' as const },
      data: () => [dequantise(tensor.type as CodecName, file.read(tensor))],
    })),
  });
  return wide;
}

/** Rows of random tokens; the first `question` tokens of each are not to be learned. */
export function randomRows(lengths: readonly number[], vocabulary: number, question = 2): TokenRow[] {
  const draw = random(lengths.length, vocabulary);
  return lengths.map((length) => ({
    tokens: Int32Array.from({ length }, () => 3 + Math.floor(draw() * (vocabulary - 3))),
    answer: Uint8Array.from({ length }, (_, i) => (i >= Math.min(question, length - 1) ? 1 : 0)),
  }));
}
