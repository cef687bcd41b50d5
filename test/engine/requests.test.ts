/** The engine process itself: what it answers to each request, what it leaves behind, and how it fails. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { EngineEvent, protocolVersion } from '../../native/contract/messages.ts';
import { readLoraGguf } from '../../native/formats/lora/loraGguf.ts';
import { openSafetensors, safetensorsValues } from '../../native/formats/safetensors/readSafetensors.ts';
import { eventsOf, runEngine, trainRequest } from '../support/engineProcess.ts';
import { randomRows } from '../support/openTraining.ts';
import { tinyLlama, writeRandomModel } from '../support/randomModel.ts';
import { tempDir } from '../support/tempDir.ts';
import { writeTokenRows } from '../support/tokenRows.ts';

function setUp(context: TestContext) {
  const folder = tempDir(context);
  const [base, train, run] = [join(folder, 'm.gguf'), join(folder, 't.tok'), join(folder, 'run')];
  mkdirSync(run);
  writeRandomModel(base, tinyLlama);
  writeTokenRows(train, randomRows([20, 11, 16, 9, 30], tinyLlama.vocabulary));
  return { base, train, run };
}

/** What the process says to lines that no client would send. */
function say(input: string, environment: Record<string, string> = {}) {
  const host = join(import.meta.dirname, '../../native/host/main.ts');
  const env = { ...process.env, ...environment };
  const { status, stdout } = spawnSync(process.execPath, [host], { input, env, encoding: 'utf8' });
  const lines = stdout.split('\n').filter((line) => line !== '');
  return { status, events: lines.map((line) => EngineEvent.parse(JSON.parse(line))) };
}

test('the probe names the devices and ends', async () => {
  const [probed, ...more] = await runEngine({ type: 'probe', protocolVersion });
  assert.ok(probed?.type === 'probed');
  assert.equal(more.length, 0);
  assert.equal(probed.ggmlVersion, '0.23.0');
  const cpu = probed.devices.find((device) => device.kind === 'cpu');
  assert.equal(cpu?.name, 'CPU');
  assert.ok(cpu.memoryTotal > 0);
});

test('a preflight tells what a run will need and keeps nothing', async (context) => {
  const paths = setUp(context);
  const { resume: _resume, metadata: _metadata, type: _type, ...request } = trainRequest(paths);
  const events = await runEngine({ ...request, type: 'preflight' });
  const last = events.at(-1);
  assert.ok(last?.type === 'preflight', JSON.stringify(last));
  assert.ok(last.secondsPerStep > 0 && last.startupSeconds > 0 && last.tokensPerSecond > 0);
  assert.ok(last.peakMemory > 1e7);
  assert.equal(eventsOf(events, 'step').length, 3);
  assert.deepEqual(readdirSync(paths.run), []);

  // The disk that it foretells is enough for what a run leaves.
  await runEngine(trainRequest(paths, { schedule: { steps: 3 } }));
  const files = readdirSync(paths.run, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.reduce((sum, file) => sum + readFileSync(join(file.parentPath, file.name)).length, 0);
  assert.ok(bytes < last.diskBytes && bytes > last.diskBytes / 4, `${bytes} of ${last.diskBytes}`);
});

test('an adapter says where it comes from, the same in both formats', async (context) => {
  const paths = setUp(context);
  const request = trainRequest(paths, { schedule: { steps: 2 } });
  const metadata = { base_name: 'tiny', dataset: 'sha256:1234', recipe: 'name: "あ"\n' };
  const [trained] = eventsOf(await runEngine({ ...request, metadata }), 'trained');
  const adapter = readLoraGguf(trained!.adapterPath!);
  assert.equal(adapter.baseName, 'tiny');
  assert.equal(adapter.alpha, 8);
  assert.equal(adapter.metadata.base_hash, request.baseHash);
  assert.equal(adapter.metadata.recipe, metadata.recipe);
  assert.deepEqual(JSON.parse(adapter.metadata.method!), request.method);
  assert.deepEqual(JSON.parse(adapter.metadata.schedule!), request.schedule);

  using peft = openSafetensors(join(trained!.peftPath!, 'adapter_model.safetensors'));
  assert.equal(peft.tensors.size, adapter.tensors.length * 2);
  const down = adapter.tensors.find(({ name }) => name === 'blk.1.ffn_down.weight')!;
  const tensor = peft.tensors.get('base_model.model.model.layers.1.mlp.down_proj.lora_B.weight')!;
  assert.deepEqual(safetensorsValues(tensor.dtype, peft.read(tensor)), down.b);
  const config = JSON.parse(readFileSync(join(trained!.peftPath!, 'adapter_config.json'), 'utf8'));
  assert.deepEqual([config.r, config.lora_alpha, config.base_model_name_or_path], [4, 8, 'tiny']);
});

const nonsense: readonly {
  name: string;
  input: string;
  environment?: Record<string, string>;
  code: string;
  exit: number;
}[] = [
  { name: 'no JSON', input: 'hello\n', code: 'engine_bug', exit: 1 },
  { name: 'another protocol', input: '{"type":"probe","protocolVersion":99}\n', code: 'engine_bug', exit: 1 },
  {
    name: 'a misspelt key',
    input: `{"type":"probe","protocolVersion":${protocolVersion},"devise":1}\n`,
    code: 'engine_bug',
    exit: 1,
  },
];
for (const { name, input, code, exit } of nonsense) {
  test(`fails on ${name} without hanging`, () => {
    const { status, events } = say(input);
    assert.equal(status, exit);
    assert.equal(events.length, 1);
    assert.ok(events[0]?.type === 'failed' && events[0].code === code);
  });
}

test('ends where nobody says anything', () => {
  assert.deepEqual(say(''), { status: 2, events: [] });
});

test('names the CPU variants that run here when another is asked for', () => {
  const input = `{"type":"probe","protocolVersion":${protocolVersion}}\n`;
  const { events } = say(input, { TATARA_GGML_CPU: 'z80' });
  assert.ok(events[0]?.type === 'failed' && events[0].code === 'engine_library', JSON.stringify(events));
  assert.match(String(events[0].details.reason), /no CPU variant 'z80' here: \w+/);
});
