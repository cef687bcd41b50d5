import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../../..');
/** A picture in a README is not to be waited for. */
const mostBytes = 150_000;

function readme(name: string): { pictures: { path: string; alt: string }[]; links: string[] } {
  const text = readFileSync(join(root, name), 'utf8');
  const pictures = [...text.matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)].map(([, alt = '', path = '']) => ({ path, alt }));
  const links = [...text.matchAll(/(?<!!)\[[^\]]+\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, path = '']) => path);
  return { pictures, links };
}

test('the pictures of both READMEs are the same, are there, are small, and say what they show', () => {
  const [en, ja] = [readme('README.md').pictures, readme('README.ja.md').pictures];
  assert.deepEqual(
    ja.map(({ path }) => path),
    en.map(({ path }) => path),
  );
  assert.ok(en.some(({ path }) => path.startsWith('media/screens/')));
  for (const { path, alt } of [...en, ...ja]) {
    assert.ok(statSync(join(root, path)).size <= mostBytes, path);
    assert.ok(alt.length > 10, path);
  }
});

test('what the READMEs link to is there', () => {
  for (const name of ['README.md', 'README.ja.md']) {
    for (const path of readme(name).links) assert.ok(existsSync(join(root, path)), `${path} in ${name}`);
  }
});
