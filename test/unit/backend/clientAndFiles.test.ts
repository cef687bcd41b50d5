import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { serverSentEvents } from '../../../backend/client/serverSentEvents.ts';
import { endOrphan, processStartTime } from '../../../backend/engines/processIdentity.ts';
import { defaultDataDirectory } from '../../../backend/files/dataDirectory.ts';
import { handoverPath } from '../../../backend/files/handoverPath.ts';
import { writeAside } from '../../../backend/files/writeAside.ts';
import { logLine } from '../../../backend/log/log.ts';
import { tempDir } from '../../support/tempDir.ts';

async function* cut(bytes: Uint8Array, places: readonly number[]): AsyncGenerator<Uint8Array> {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  let start = 0;
  for (const end of [...ends, bytes.length]) {
    yield bytes.subarray(start, end);
    start = end;
  }
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const event = fc.record({ id: fc.nat(), data: fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)) });

test('events come through however the stream is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 8 }),
      fc.array(fc.nat(), { maxLength: 12 }),
      fc.constantFrom('\n', '\r', '\r\n'),
      async (events, places, end) => {
        const text = events
          .map(({ id, data }) => `: beat${end}id: ${id}${end}event: x${end}data: ${data}${end}${end}`)
          .join('');
        // A CR at the very end may be half of a CR LF that is still to come, so one more line follows.
        const bytes = new TextEncoder().encode(`${text}:${end}`);
        const read = await all(serverSentEvents(cut(bytes, places)));
        assert.deepEqual(
          read,
          events.map(({ id, data }) => ({ id: String(id), data })),
        );
      },
    ),
  );
});

test('an event that was cut off is no event', async () => {
  const bytes = new TextEncoder().encode('id: 1\ndata: {}\n\nid: 2\ndata: {"x":');
  assert.deepEqual(await all(serverSentEvents(cut(bytes, []))), [{ id: '1', data: '{}' }]);
});

const homes: [environment: Record<string, string>, platform: NodeJS.Platform, expected: string][] = [
  [{}, 'linux', '/home/me/.local/share/tatara'],
  [{ XDG_DATA_HOME: '/data' }, 'linux', '/data/tatara'],
  [{}, 'darwin', '/home/me/Library/Application Support/tatara'],
  [{ LOCALAPPDATA: '/local' }, 'win32', '/local/tatara'],
  [{}, 'win32', '/home/me/AppData/Local/tatara'],
  [{ TATARA_HOME: '/elsewhere' }, 'darwin', '/elsewhere'],
  [{ TATARA_HOME: '' }, 'linux', '/home/me/.local/share/tatara'],
];
for (const [environment, platform, expected] of homes) {
  test(`data on ${platform} with ${JSON.stringify(environment)} lies in ${expected}`, {
    skip: process.platform === 'win32',
  }, () => {
    assert.equal(defaultDataDirectory(environment, platform, '/home/me'), expected);
  });
}

test('the hand-over socket is of the folder, not of its name, and in a private place', {
  skip: process.platform === 'win32',
}, (t) => {
  const directory = tempDir(t);
  const environment = { XDG_RUNTIME_DIR: directory };
  mkdirSync(join(directory, 'one'));
  symlinkSync(join(directory, 'one'), join(directory, 'same'));
  const one = handoverPath(join(directory, 'one'), environment);
  assert.equal(handoverPath(join(directory, 'same'), environment), one);
  assert.notEqual(handoverPath(join(directory, 'two'), environment), one);
  assert.ok(Buffer.byteLength(handoverPath(directory, { XDG_RUNTIME_DIR: join(directory, 'x'.repeat(200)) })) < 104);

  const open = join(directory, 'open');
  mkdirSync(join(open, 'tatara'), { recursive: true, mode: 0o777 });
  assert.throws(() => handoverPath(directory, { XDG_RUNTIME_DIR: open }), { code: 'folder_not_private' });
});

test('a file is the old one or the new one, never half of it', async (t) => {
  const directory = tempDir(t);
  const path = join(directory, 'a.txt');
  await writeAside(path, async (file) => void (await file.writeFile('old')));
  writeFileSync(`${path}.999999999-0badcafe.writing`, 'left over');
  const broken = writeAside(path, async (file) => {
    await file.writeFile('half of the');
    throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
  });
  await assert.rejects(broken, { code: 'disk_full' });
  assert.equal(readFileSync(path, 'utf8'), 'old');
  assert.deepEqual(readdirSync(directory), ['a.txt']);
});

test('a process is known by its start, so that no other one is ended in its place', async () => {
  const startTime = processStartTime(process.pid);
  assert.notEqual(startTime, null);
  assert.equal(processStartTime(process.pid), startTime);
  assert.equal(processStartTime(2 ** 22 + 1), null);
  assert.equal(await endOrphan({ pid: process.pid, startTime: 'another' }), false);
});

test('secrets are taken out of a line wherever they stand', () => {
  const at = new Date(0);
  const secret = 'abc.def';
  const error = new Error(`with ${secret}`, { cause: new Error(`because of ${secret}`) });
  const line = logLine(at, 'error', `said ${secret}`, { error, Authorization: 'Bearer x', deep: { token: 'y' } }, [
    secret,
  ]);
  assert.doesNotMatch(line, /abc\.def|Bearer x|"y"/);
  const parsed = JSON.parse(line);
  assert.deepEqual(
    [parsed.at, parsed.message, parsed.error.cause.message],
    ['1970-01-01T00:00:00.000Z', 'said [removed]', 'because of [removed]'],
  );
});
