import { join } from 'node:path';
import { packageRoot } from './packageRoot.ts';

/** Every program of the backend by its name; the build makes a bundle of each. */
export const programs = {
  backend: 'backend/main.ts',
  cli: 'backend/cli.ts',
  host: 'native/host/main.ts',
  convert: 'backend/engines/convertWorker.ts',
} as const;

/** Path of a program of Tatara: its source, or its bundle where this file runs from one. */
export function entryPoint(name: keyof typeof programs): string {
  const isSource = import.meta.filename.endsWith('.ts');
  return join(packageRoot, isSource ? programs[name] : `dist/${name}.mjs`);
}
