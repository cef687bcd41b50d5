import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { TataraError } from '../../backend/contract/errors.ts';
import { type ProbedNode, probeNode } from './probeNode.ts';

export interface ChooseNodeOptions {
  /** The setting; empty: none. It is the only one that is tried where it is there. */
  readonly setting: string;
  /** The program that runs the extension host. */
  readonly own: string;
  readonly environment: NodeJS.ProcessEnv;
  /** The backend's bundle. */
  readonly bundle: string;
  readonly probe?: (path: string, bundle: string) => Promise<ProbedNode>;
  readonly report: (path: string, probed: ProbedNode) => void;
}

/**
 * The Node that runs the backend: the one of the settings, else the editor's own, else the first on the PATH that can
 * load the native libraries. Throws `node_unsuitable` with what each was refused for.
 */
export async function chooseNode(options: ChooseNodeOptions): Promise<string> {
  const { setting, own, environment, bundle, probe = probeNode, report } = options;
  const refused: string[] = [];
  for (const path of setting === '' ? [own, ...onPath(environment)] : [setting]) {
    const probed = await probe(path, bundle);
    report(path, probed);
    if (probed.ok) return path;
    refused.push(`${path} (${probed.reason})`);
  }
  throw new TataraError('node_unsuitable', { reason: refused.join('; ') });
}

function onPath(environment: NodeJS.ProcessEnv): string[] {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const folders = (environment.PATH ?? environment.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...new Set(folders.map((folder) => join(folder, name)))].filter((path) => existsSync(path));
}
