import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { chooseNode } from '../../../extension/backend/chooseNode.ts';
import { type ProbedNode, probeNode } from '../../../extension/backend/probeNode.ts';
import { Restarts } from '../../../extension/backend/restarts.ts';
import { tempDir } from '../../support/tempDir.ts';

const bundle = join(import.meta.dirname, '../../../backend/main.ts');

test('the Node that runs the tests can run the backend', async () => {
  assert.deepEqual(await probeNode(process.execPath, bundle), { ok: true, version: process.versions.node });
});

test('a program that is no Node, and a place without the libraries, are refused with a reason', async (context) => {
  const nowhere = join(tempDir(context), 'backend.mjs');
  for (const [path, place] of [
    [join(tempDir(context), 'none'), bundle],
    [process.execPath, nowhere],
  ] as const) {
    const probed = await probeNode(path, place);
    assert.ok(!probed.ok && probed.reason.length > 5, path);
  }
});

interface Choice {
  readonly name: string;
  readonly setting: string;
  readonly fits: readonly string[];
  readonly expected: string | RegExp;
}
const choices: readonly Choice[] = [
  { name: 'the own one where it fits', setting: '', fits: ['own', 'b'], expected: 'own' },
  { name: 'the first on the PATH that fits', setting: '', fits: ['b', 'c'], expected: 'b' },
  { name: 'the setting', setting: 'set', fits: ['set', 'own'], expected: 'set' },
  { name: 'none but the setting, where there is one', setting: 'set', fits: ['own'], expected: /set \(not set\)/ },
  { name: 'none, and says why of each', setting: '', fits: [], expected: /own \(not own\); .*a.node.* \(not a\)/ },
];
for (const { name, setting, fits, expected } of choices) {
  test(`chooses ${name}`, async (context) => {
    const folder = tempDir(context);
    const file = process.platform === 'win32' ? 'node.exe' : 'node';
    for (const each of ['a', 'b', 'c']) {
      mkdirSync(join(folder, each));
      writeFileSync(join(folder, each, file), '');
    }
    const short = (path: string): string => (path.startsWith(folder) ? (path.split(/[\\/]/).at(-2) ?? '') : path);
    const probe = async (path: string): Promise<ProbedNode> =>
      fits.includes(short(path)) ? { ok: true, version: '24.0.0' } : { ok: false, reason: `not ${short(path)}` };
    const PATH = ['a', 'missing', 'b', 'c'].map((each) => join(folder, each)).join(delimiter);
    const chosen = chooseNode({ setting, own: 'own', environment: { PATH }, bundle, probe, report: () => {} });
    if (typeof expected === 'string') assert.equal(short(await chosen), expected);
    else await assert.rejects(chosen, { code: 'node_unsuitable', message: expected });
  });
}

test('a backend that dies again and again is left alone, and one that had recovered is not', () => {
  let now = 0;
  const restarts = new Restarts(() => now);
  const waits = Array.from({ length: 6 }, () => restarts.next());
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, null]);
  now += 121_000;
  assert.equal(restarts.next(), 500);
  restarts.next();
  restarts.forget();
  assert.equal(restarts.next(), 500);
});

for (const hours of [24, -24]) {
  test(`a clock that jumps by ${hours} h does not change how often it is started again`, (context) => {
    let clock = Date.now();
    context.mock.method(Date, 'now', () => clock);
    const restarts = new Restarts();
    const waits = Array.from({ length: 6 }, () => {
      clock += hours * 3_600_000;
      return restarts.next();
    });
    assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, null]);
  });
}
