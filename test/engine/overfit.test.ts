/** Four rows are learned by heart, on every base type and by full training: forward, backward and optimizer together. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loraTargets, type TrainRequest } from '../../native/contract/messages.ts';
import { readGgufHeader } from '../../native/formats/gguf/readGguf.ts';
import { weightTypes } from '../../native/ggml/types.ts';
import { engineLogits } from '../support/engineLogits.ts';
import { eventsOf, runEngine, trainRequest } from '../support/engineProcess.ts';
import { randomRows } from '../support/openTraining.ts';
import { type RandomModel, tinyLlama, tinyQwen2, writeRandomModel } from '../support/randomModel.ts';
import { tempDir } from '../support/tempDir.ts';
import { writeTokenRows } from '../support/tokenRows.ts';

const lora: TrainRequest['method'] = { kind: 'lora', rank: 8, alpha: 16, dropout: 0, targets: [...loraTargets] };
const cases: readonly { name: string; model: RandomModel; method: TrainRequest['method']; learningRate: number }[] = [
  ...weightTypes.map((type) => ({
    ...{ name: `LoRA on ${type}`, model: { ...tinyLlama, type }, method: lora, learningRate: 1e-2 },
  })),
  { name: 'full, written as F32', model: tinyQwen2, method: { kind: 'full', outputType: 'F32' }, learningRate: 5e-3 },
  { name: 'full, written as F16', model: tinyLlama, method: { kind: 'full', outputType: 'F16' }, learningRate: 5e-3 },
  { name: 'full, written as Q8_0', model: tinyQwen2, method: { kind: 'full', outputType: 'Q8_0' }, learningRate: 5e-3 },
];

for (const { name, model, method, learningRate } of cases) {
  test(`learns four rows by heart: ${name}`, async (context) => {
    const folder = tempDir(context);
    const [base, train, run] = [join(folder, 'm.gguf'), join(folder, 't.tok'), join(folder, 'run')];
    mkdirSync(run);
    writeRandomModel(base, model);
    const rows = randomRows([9, 14, 11, 8], model.vocabulary);
    writeTokenRows(train, rows);
    const schedule = { steps: 60, learningRate, evaluateEvery: 0, checkpointEvery: 0 };
    const events = await runEngine(trainRequest({ base, train, run }, { method, schedule }));
    const trained = eventsOf(events, 'trained')[0];
    assert.ok(trained, JSON.stringify(events.at(-1)));
    const losses = eventsOf(events, 'step').map(({ loss }) => loss);
    context.diagnostic(`${losses[0]?.toFixed(3)} -> ${losses.at(-1)?.toExponential(1)}`);
    assert.ok(losses[0]! > 4 && losses.at(-1)! < 0.01, `${losses}`);

    // What was written says the rows too: the answer is the likeliest token at every place.
    const [first] = rows;
    const path = trained.modelPath ?? base;
    const logits = await engineLogits(context, path, [...first!.tokens.subarray(0, -1)], trained.adapterPath);
    const said = logits.map((row) => row.reduce((best, value, token) => (value > row[best]! ? token : best), 0));
    assert.deepEqual(said.slice(1), [...first!.tokens.subarray(2)]);
    if (method.kind === 'full') {
      const types = readGgufHeader(path).tensors.map(({ shape, type }) => (shape.length > 1 ? type : null));
      assert.deepEqual(new Set(types), new Set([method.outputType, null]));
    }
  });
}
