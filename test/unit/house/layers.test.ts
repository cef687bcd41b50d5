import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkFile, checkLayers } from '../../../scripts/layers.ts';
import { packageOwners, zones } from '../../../scripts/layerTable.ts';

const root = join(import.meta.dirname, '../../..');

test('the project keeps its layers', () => {
  const { files, problems } = checkLayers(root);
  assert.deepEqual(problems, []);
  assert.ok(files > 10);
});

const forbidden: [path: string, source: string][] = [
  ['backend/contract/run.ts', "import express from 'express';"],
  ['backend/contract/run.ts', "import { readFileSync } from 'node:fs';"],
  ['backend/contract/run.ts', "export { x } from '../jobs/queue.ts';"],
  ['backend/datasets/import.ts', "import express from 'express';"],
  ['backend/datasets/import.ts', "import Database from 'better-sqlite3';"],
  ['backend/datasets/import.ts', "const { getLlama } = await import('node-llama-cpp');"],
  ['backend/datasets/import.ts', "import { parseRecipe } from '../recipes/parseRecipe.ts';"],
  ['backend/models/resolve.ts', "import { runService } from '../training/runService.ts';"],
  ['backend/jobs/queue.ts', "import { openDatabase } from '../db/open.ts';"],
  ['backend/jobs/queue.ts', "import type { EngineEvent } from '../../native/contract/messages.ts';"],
  ['backend/training/plan.ts', "import { readGguf } from '../../native/formats/gguf.ts';"],
  ['backend/engines/engine.ts', "import { Tensor } from '../../native/ggml/tensor.ts';"],
  ['backend/http/runs.ts', "import { openDatabase } from '../db/open.ts';"],
  ['backend/http/runs.ts', "import * as vscode from 'vscode';"],
  ['backend/cli/train.ts', "import { trainRun } from '../training/train.ts';"],
  ['backend/cli.ts', "export * from './db/open.ts';"],
  ['backend/main.ts', "import { probe } from '../native/host/probe.ts';"],
  ['native/formats/gguf.ts', "import * as z from 'zod';"],
  ['native/ops/rope.ts', "import { trainer } from '../train/trainer.ts';"],
  ['native/ops/rope.ts', "import koffi from 'koffi';"],
  ['native/ffi/library.ts', "type T = import('../ggml/tensor.ts').Tensor;"],
  ['native/host/main.ts', "import { TataraError } from '../../backend/contract/errors.ts';"],
  ['native/host/main.ts', "const x = require('better-sqlite3');"],
  ['extension/main.ts', "import { createApp } from '../backend/app.ts';"],
  ['extension/main.ts', "import { x } from '../native/contract/messages.ts';"],
  ['webviews/run/main.ts', "import * as vscode from 'vscode';"],
  ['webviews/run/main.ts', "import { join } from 'path';"],
  ['webviews/run/main.ts', "import { Run } from '../../backend/contract/run.ts';"],
  ['webviews/run/main.ts', "import { translate } from '../../backend/l10n/translate.ts';"],
  ['webviews/contract/run.ts', "import { Run } from '../../backend/contract/run.ts';"],
  ['backend/openai/map.ts', "import x from '../../scripts/steps.ts';"],
  ['backend/util/x.ts', 'export const x = 1;'],
  ['backend/jobs/queue.ts', 'import {'],
];

for (const [path, source] of forbidden) {
  test(`${path} is refused: ${source}`, () => {
    const problems = checkFile(path, source);
    assert.equal(problems.length, 1);
    assert.match(
      problems[0] ?? '',
      /^Bad layering\. .* (may not import .*: .+|is in no layer: .+)\.$|cannot be parsed/,
    );
  });
}

const allowed: [path: string, source: string][] = [
  ['backend/contract/run.ts', "import * as z from 'zod'; export * from './common.ts';"],
  ['backend/datasets/import.ts', "import { TataraError } from '../contract/errors.ts'; import fs from 'node:fs';"],
  ['backend/training/plan.ts', "import type { EngineEvent } from '../../native/contract/messages.ts';"],
  ['backend/inference/open.ts', "import type { RowEncoder } from '../training/ports.ts';"],
  ['backend/training/run.ts', "import { score } from '../evaluation/score.ts';"],
  ['backend/engines/engine.ts', "import { readGguf } from '../../native/formats/gguf.ts';"],
  ['backend/db/open.ts', "import Database from 'better-sqlite3';"],
  ['native/ffi/library.ts', "import koffi from 'koffi';"],
  ['native/train/trainer.ts', "import { rope } from '../ops/rope.ts'; import { x } from '../formats/gguf.ts';"],
  ['extension/main.ts', "import * as vscode from 'vscode';"],
  ['webviews/contract/run.ts', "import * as z from 'zod';"],
  ['webviews/run/main.ts', "import { formatBytes } from '../../backend/l10n/format.ts'; import uPlot from 'uplot';"],
  ['backend/cli/train.ts', "import { connectBackend } from '../client/connectBackend.ts';"],
];

for (const [path, source] of allowed) {
  test(`${path} is allowed: ${source}`, () => assert.deepEqual(checkFile(path, source), []));
}

test('every package with one home is allowed there and nowhere else', () => {
  for (const name of Object.keys(packageOwners)) {
    const homes = zones.filter((zone) => zone.packages.includes(name)).map((zone) => zone.path);
    assert.ok(homes.length > 0, `${name} has no home`);
    for (const zone of zones.filter((each) => !homes.includes(each.path))) {
      const file = zone.path.endsWith('.ts') ? zone.path : `${zone.path}/x.ts`;
      assert.equal(checkFile(file, `import x from '${name}';`).length, 1, `${zone.path} imports ${name}`);
    }
  }
});

test('every zone stands in docs/architecture.md', () => {
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  for (const zone of zones) {
    const name = zone.path.split('/').pop() ?? '';
    assert.ok(page.includes(name), `docs/architecture.md does not name ${zone.path}`);
  }
});
