import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { Doctor } from '../../backend/contract/system.ts';
import { launchers } from '../../extension/launchers.ts';
import { assertGolden } from '../support/golden.ts';
import { packagedVsix } from '../support/packagedVsix.ts';
import { projectRoot } from '../support/tatara.ts';
import { tempDir } from '../support/tempDir.ts';

/** What a VSIX may weigh, bytes: the CPU's libraries take most of it. */
const largest = 40e6;

test('the VSIX has what it needs, and its command line works where nothing else is', async (context) => {
  const folder = tempDir(context);
  const vsix = packagedVsix();
  assert.ok(readFileSync(vsix).length < largest);
  unzip(vsix, folder);
  const extension = join(folder, 'extension');
  assertGolden(`package/${process.platform}-${process.arch}.files.golden.json`, listed(extension));

  // The editor's side: CommonJS that asks for nothing but VS Code and Node.
  const bundle = readFileSync(join(extension, 'dist/extension.cjs'), 'utf8');
  const asked = new Set([...bundle.matchAll(/require\("([^"]+)"\)/g)].map((match) => match[1]?.replace(/^node:/, '')));
  assert.deepEqual(
    [...asked].filter((name) => name !== 'vscode' && !isBuiltin(name ?? '')),
    [],
  );

  // The command line's side: started as the extension starts it, with the tutorial's files and all native libraries.
  const home = join(folder, 'home');
  mkdirSync(home);
  const [launcher] = launchers(process.execPath, join(extension, 'dist/cli.mjs'));
  const run = (...args: string[]) =>
    spawnSync('sh', ['-c', launcher?.text ?? '', 'tatara', ...args], {
      cwd: home,
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '', HOME: home, TATARA_HOME: join(home, 'data'), LC_ALL: 'C' },
    });
  const doctor = run('doctor', '--json');
  assert.equal(doctor.status, 0, doctor.stdout + doctor.stderr);
  assert.ok(Doctor.parse(JSON.parse(doctor.stdout)).engine_version);
  const tutorial = run('tutorial');
  assert.equal(tutorial.status, 0, tutorial.stdout + tutorial.stderr);
  assert.match(tutorial.stdout, /The promise is kept/);
});

/** Every file but those of packages, of which each is one line and their native libraries are told in full. */
function listed(extension: string): string[] {
  const names = readdirSync(extension, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(extension, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .map((name) => (isNative.test(name) ? name : name.replace(/^(dist\/node_modules\/(?:@[^/]+\/)?[^/]+)\/.*/, '$1/')));
  return [...new Set(names)].sort();
}

const isNative = /\.(node|so|dylib|dll|exe|metal)(\.[\d.]+)?$/;

/** A VSIX is a zip; Python's and Info-ZIP's unzip are not everywhere, so the one that vsce brings is used. */
function unzip(file: string, folder: string): void {
  const script = `require('yauzl').open(${JSON.stringify(file)}, { lazyEntries: true }, (error, zip) => {
    if (error) throw error;
    const { createWriteStream, mkdirSync } = require('node:fs');
    const { dirname, join } = require('node:path');
    zip.on('entry', (entry) => {
      if (entry.fileName.endsWith('/')) return zip.readEntry();
      const target = join(${JSON.stringify(folder)}, entry.fileName);
      mkdirSync(dirname(target), { recursive: true });
      zip.openReadStream(entry, (failed, stream) => {
        if (failed) throw failed;
        stream.pipe(createWriteStream(target)).on('close', () => zip.readEntry());
      });
    });
    zip.readEntry();
  });`;
  execFileSync(process.execPath, ['--input-type=commonjs', '-e', script], { cwd: projectRoot });
}
