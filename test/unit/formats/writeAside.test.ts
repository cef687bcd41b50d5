import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FormatError } from '../../../native/formats/formatError.ts';
import { writeAll, writeAside } from '../../../native/formats/writeAside.ts';
import { recoverDirectory, writeDirectoryAside } from '../../../native/formats/writeDirectoryAside.ts';
import { tempDir } from '../../support/tempDir.ts';

const modules = join(import.meta.dirname, '../../../native/formats');

/** Fails with the system's own ENOSPC. */
function fillDevice(): void {
  const full = openSync('/dev/full', 'w');
  try {
    writeAll(full, Buffer.alloc(1 << 16));
  } finally {
    closeSync(full);
  }
}

test('a file is replaced as a whole', (context) => {
  const folder = tempDir(context);
  const path = join(folder, 'file');
  writeAside(path, (fd) => writeAll(fd, Buffer.from('one')));
  writeAside(path, (fd) => writeAll(fd, Uint16Array.of(0x6f77, 0x7274)));
  assert.equal(readFileSync(path, 'latin1'), 'wotr');
  assert.deepEqual(readdirSync(folder), ['file']);
});

test('a full disk is told, the old file stays and nothing lies beside it', {
  skip: !existsSync('/dev/full'),
}, (context) => {
  const folder = tempDir(context);
  const path = join(folder, 'file');
  writeFileSync(path, 'old');
  const write = () =>
    writeAside(path, (fd) => {
      writeAll(fd, Buffer.from('half of the new'));
      fillDevice();
    });
  assert.throws(write, (error: unknown) => {
    assert.ok(error instanceof FormatError);
    assert.equal(error.code, 'disk_full');
    assert.equal(error.details.path, path);
    return true;
  });
  assert.equal(readFileSync(path, 'utf8'), 'old');
  assert.deepEqual(readdirSync(folder), ['file']);
});

test('what a dead writer left is removed, what a living one writes is not', (context) => {
  const folder = tempDir(context);
  const path = join(folder, 'file');
  const { pid } = spawnSync(process.execPath, ['--version']);
  const dead = `file.${pid}-0123abcd.writing`;
  const living = `file.${process.pid}-0123abcd.writing`;
  const other = `other.${pid}-0123abcd.writing`;
  for (const name of [dead, living, other]) writeFileSync(join(folder, name), '');
  writeAside(path, (fd) => writeAll(fd, Buffer.from('new')));
  assert.deepEqual(readdirSync(folder).sort(), ['file', living, other].sort());
});

/** A complete folder holds the same number in both files. */
function fill(number: number) {
  return (folder: string) => {
    writeFileSync(join(folder, 'a'), `${number}`);
    mkdirSync(join(folder, 'inner'));
    writeFileSync(join(folder, 'inner', 'b'), `${number}`);
  };
}

function read(path: string): number {
  const [a, b] = [readFileSync(join(path, 'a'), 'utf8'), readFileSync(join(path, 'inner', 'b'), 'utf8')];
  assert.equal(a, b);
  return Number(a);
}

test('a folder is replaced as a whole', (context) => {
  const folder = tempDir(context);
  const path = join(folder, 'checkpoint');
  writeDirectoryAside(path, fill(1));
  writeDirectoryAside(path, fill(2));
  assert.equal(read(path), 2);
  assert.deepEqual(readdirSync(folder), ['checkpoint']);
  assert.equal(recoverDirectory(path), true);
  assert.equal(recoverDirectory(join(folder, 'none')), false);
});

test('a folder that cannot be written leaves the old one', { skip: !existsSync('/dev/full') }, (context) => {
  const folder = tempDir(context);
  const path = join(folder, 'checkpoint');
  writeDirectoryAside(path, fill(1));
  const write = () =>
    writeDirectoryAside(path, (aside) => {
      fill(2)(aside);
      fillDevice();
    });
  assert.throws(write, (error: unknown) => error instanceof FormatError && error.code === 'disk_full');
  assert.equal(read(path), 1);
  assert.deepEqual(readdirSync(folder), ['checkpoint']);
});

test('every state that a crash can leave is recovered', (context) => {
  const folder = tempDir(context);
  const path = join(folder, 'checkpoint');
  const make = (name: string, number: number) => {
    mkdirSync(name);
    fill(number)(name);
  };
  // While the new one is written.
  make(path, 1);
  mkdirSync(`${path}.writing`);
  assert.equal(recoverDirectory(path), true);
  assert.equal(read(path), 1);
  // Between the two renames.
  renameSync(path, `${path}.old`);
  make(`${path}.writing`, 2);
  assert.equal(recoverDirectory(path), true);
  assert.equal(read(path), 1);
  // Before the old one is removed.
  renameSync(path, `${path}.old`);
  make(path, 2);
  assert.equal(recoverDirectory(path), true);
  assert.equal(read(path), 2);
  assert.deepEqual(readdirSync(folder), ['checkpoint']);
});

test('a writer that is killed leaves the last or the one before', { timeout: 120_000 }, async (context) => {
  const folder = tempDir(context);
  const path = join(folder, 'checkpoint');
  const script = `
    import { mkdirSync, writeFileSync } from 'node:fs';
    import { writeDirectoryAside } from ${JSON.stringify(join(modules, 'writeDirectoryAside.ts'))};
    for (let i = Number(process.argv[1]); ; i++) {
      writeDirectoryAside(${JSON.stringify(path)}, (folder) => {
        writeFileSync(folder + '/a', String(i));
        mkdirSync(folder + '/inner');
        writeFileSync(folder + '/inner/b', String(i));
      });
      process.stdout.write(i + '\\n');
    }`;
  let last = 0;
  for (let round = 0; round < 8; round++) {
    const writer = spawn(process.execPath, ['--input-type=module', '-e', script, String(last + 1)]);
    let output = '';
    writer.stdout.on('data', (data) => {
      output += data;
    });
    await once(writer.stdout, 'data');
    await sleep(Math.random() * 30);
    writer.kill('SIGKILL');
    await once(writer, 'close');
    const told = Number(output.trim().split('\n').at(-1));
    assert.equal(recoverDirectory(path), true);
    last = read(path);
    assert.ok(last >= told && last <= told + 1, `told ${told}, found ${last}`);
    assert.deepEqual(readdirSync(folder), ['checkpoint']);
  }
});
