import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../backend/db/openDatabase.ts';
import { createRunStore } from '../../backend/db/runStore.ts';
import { evaluationOf, writeRuns } from '../support/manyRuns.ts';
import { projectRoot } from '../support/tatara.ts';
import type { Figures } from './train.ts';

/** How often the extension is activated, each time in a process of its own; the median counts. */
const times = 11;
const longRun = 100_000;

/** Loading and activating the extension, and the longest that it keeps the extension host, ms. Makes the bundles first. */
export function benchActivation(): { readonly activation: Figures; readonly longest_turn: Figures } {
  execFileSync(process.execPath, [...process.execArgv, join(projectRoot, 'esbuild.config.mjs')], { stdio: 'ignore' });
  const folder = mkdtempSync(join(tmpdir(), 'tatara-bench-'));
  try {
    const home = join(folder, 'home');
    mkdirSync(home);
    const measured = Array.from({ length: times }, () => hostProcess(folder, home, 'activation'));
    const median = (name: string): number =>
      measured.map((figures) => figures[name] ?? Number.NaN).sort((a, b) => a - b)[times >> 1]!;
    fill(home);
    return {
      activation: {
        load: median('load'),
        activate: median('activate'),
        processor: median('cpu'),
        bundle_kb: statSync(join(projectRoot, 'dist/extension.cjs')).size / 1000,
      },
      longest_turn: hostProcess(folder, home, 'flows'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function hostProcess(folder: string, home: string, what: 'activation' | 'flows'): Figures {
  const output = execFileSync(process.execPath, [join(import.meta.dirname, 'hostProcess.ts'), projectRoot, what], {
    encoding: 'utf8',
    env: { ...process.env, TATARA_HOME: home, XDG_RUNTIME_DIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(output.trim().split('\n').at(-1) ?? '');
}

/** A studio that has been used for long: a thousand runs, each evaluated, one of them with very many steps. */
function fill(home: string): void {
  const evaluation = evaluationOf(200, 150);
  writeRuns(
    home,
    Array.from({ length: 1000 }, () => ({ evaluation })),
  );
  const database = openDatabase(join(home, 'tatara.db'));
  const store = createRunStore(database);
  for (const [id, steps] of [
    ['run_0', longRun],
    ['run_1', 5000],
    ['run_2', 5000],
  ] as const) {
    const events = Array.from({ length: steps }, (_, index) => ({
      type: 'step' as const,
      step: index + 1,
      steps,
      loss: 2 / (1 + index / 1000) + Math.sin(index) / 10,
      learning_rate: 2e-4 * (1 - index / steps),
      gradient_norm: 1 + Math.cos(index) / 3,
      tokens: 512,
      answer_tokens: 200,
      tokens_per_second: 188.25 + Math.sin(index),
      memory: 1_200_000_000 + index,
      peak_memory: 1_300_000_000,
      seconds_left: steps - index,
    }));
    store.change(id, {}, events, '2026-01-01T00:00:00.000Z');
  }
  database.close();
  const rows = join(home, 'pairs.jsonl');
  const row = (index: number) => ({ instruction: `What is ${index} and ${index}?`, output: `It is ${2 * index}.` });
  writeFileSync(rows, Array.from({ length: 5000 }, (_, index) => `${JSON.stringify(row(index))}\n`).join(''));
  const cli = join(projectRoot, 'dist/cli.mjs');
  const model = join(projectRoot, 'media/tutorial/base.gguf');
  const environment = { ...process.env, TATARA_HOME: home, XDG_RUNTIME_DIR: join(home, '..') };
  execFileSync(process.execPath, [cli, 'import', rows, model], { env: environment, stdio: 'ignore' });
}
