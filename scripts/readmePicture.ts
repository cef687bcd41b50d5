/**
 * Makes media/demo.svg, the picture in README: runs the tutorial afresh in a temporary folder and draws what it
 * measured. `node scripts/run.mjs scripts/readmePicture.ts`
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { Run, RunEvent } from '../backend/contract/run.ts';
import { demoPicture } from './demoPicture.ts';

const root = join(import.meta.dirname, '..');
const home = mkdtempSync(join(tmpdir(), 'tatara-picture-'));
try {
  const result = spawnSync(process.execPath, [...process.execArgv, join(root, 'scripts/demo.ts'), '--json'], {
    encoding: 'utf8',
    env: { ...process.env, TATARA_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.status !== 0) throw new Error(`the demo ended with ${result.status}`);
  const lines: unknown[] = result.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const run = lines
    .map((line) => z.object({ type: z.literal('run'), run: Run }).safeParse(line).data?.run)
    .find(Boolean);
  if (!run) throw new Error('the demo told of no run');
  const events = lines.flatMap((line) => RunEvent.safeParse(line).data ?? []);
  writeFileSync(join(root, 'media/demo.svg'), demoPicture(run, events));
} finally {
  rmSync(home, { recursive: true, force: true });
}
