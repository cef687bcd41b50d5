import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Compares a value with the golden file of that name under test/golden; `UPDATE_GOLDEN=1` writes it instead. Ids,
 * times, hashes of files that may be made anew, and paths are made stable first: the same id always becomes the same word.
 */
export function assertGolden(name: string, value: unknown, paths: Readonly<Record<string, string>> = {}): void {
  const path = join(import.meta.dirname, '../golden', name);
  const text = `${JSON.stringify(stabilise(value, paths), null, 2)}\n`;
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return;
  }
  assert.ok(existsSync(path), `${path} is missing; UPDATE_GOLDEN=1 writes it`);
  assert.equal(text, readFileSync(path, 'utf8'));
}

function stabilise(value: unknown, paths: Readonly<Record<string, string>>): unknown {
  const words = new Map<string, string>();
  const word = (found: string, kind: string): string => {
    const known = words.get(found);
    if (known !== undefined) return known;
    const number = [...words.values()].filter((other) => other.startsWith(`<${kind}`)).length + 1;
    words.set(found, `<${kind}-${number}>`);
    return `<${kind}-${number}>`;
  };
  const replace = (text: string): string => {
    let stable = text;
    for (const [name, folder] of Object.entries(paths)) stable = stable.replaceAll(folder, `<${name}>`);
    return stable
      .replace(/\b(run|dat|mdl|adp)_[0-9a-z]{12}\b/g, (id, kind: string) =>
        // An adapter has its run's id, so that both are seen to belong together.
        word(kind === 'adp' ? id.replace('adp_', 'run_') : id, kind === 'adp' ? 'run' : kind).replace(
          '<run',
          `<${kind}`,
        ),
      )
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
      .replace(/sha256:[0-9a-f]{64}/g, (hash) => word(hash, 'hash'))
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>');
  };
  const visit = (part: unknown): unknown => {
    if (typeof part === 'string') return replace(part);
    if (Array.isArray(part)) return part.map(visit);
    if (part === null || typeof part !== 'object') return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, visit(inner)]));
  };
  return visit(value);
}
