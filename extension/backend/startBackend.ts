import { stat } from 'node:fs/promises';
import { type Backend, connectBackend, joinBackend } from '../../backend/client/connectBackend.ts';
import type { Language } from '../../backend/contract/common.ts';
import { entryPoint } from '../../backend/files/entryPoint.ts';
import { chooseNode } from './chooseNode.ts';
import { nodeEnvironment, type ProbedNode } from './probeNode.ts';

export interface StartOptions {
  readonly nodeSetting: string;
  /** Empty: the usual place. */
  readonly dataDirectory: string;
  readonly language: Language;
  /** What was chosen the last time, so that not every start begins with a probe. */
  readonly remembered: { get(): string | undefined; set(value: string): void };
  readonly report: (path: string, probed: ProbedNode) => void;
}

/** A window that is loaded anew is back within this time, s. */
const lingerSeconds = 20;

function connection({ dataDirectory, language }: StartOptions) {
  return {
    language,
    mainPath: entryPoint('backend'),
    environment: nodeEnvironment(process.env),
    lingerSeconds,
    ...(dataDirectory === '' ? {} : { dataDirectory }),
  };
}

/** The backend that another window or a terminal has started; null where there is none. */
export function findRunning(options: StartOptions): Promise<Backend | null> {
  return joinBackend(connection(options));
}

/** The backend that runs, else a new one under a Node that was tried first. */
export async function startBackend(options: StartOptions): Promise<Backend> {
  return (await findRunning(options)) ?? connectBackend({ ...connection(options), nodePath: await nodeOf(options) });
}

async function nodeOf({ nodeSetting: setting, remembered, report }: StartOptions): Promise<string> {
  const own = process.execPath;
  const bundle = entryPoint('backend');
  const stamp = JSON.stringify([bundle, setting, own, await changedAt(setting || own)]);
  const [knownStamp, knownPath] = JSON.parse(remembered.get() ?? '[]') as string[];
  if (knownStamp === stamp && knownPath !== undefined && (await changedAt(knownPath)) !== null) return knownPath;
  const path = await chooseNode({ setting, own, environment: process.env, bundle, report });
  remembered.set(JSON.stringify([stamp, path]));
  return path;
}

async function changedAt(path: string): Promise<number | null> {
  return stat(path).then(
    (found) => found.mtimeMs,
    () => null,
  );
}
