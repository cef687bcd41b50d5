import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testData } from './testData.ts';

export interface RealTemplate {
  readonly name: string;
  readonly source: string;
}

/** Chat templates of real models, or null where the test data is missing. */
export function realTemplates(): RealTemplate[] | null {
  const folder = testData('chat-templates');
  if (folder === null) return null;
  const lines = readFileSync(join(folder, 'templates.jsonl'), 'utf8').trim().split('\n');
  const listed = lines.flatMap((line, index) =>
    Object.entries(JSON.parse(line) as Record<string, string>).map(([name, source]) => ({
      name: `${index} ${name}`,
      source,
    })),
  );
  const files = readdirSync(join(folder, 'llama.cpp')).toSorted();
  return [...listed, ...files.map((name) => ({ name, source: readFileSync(join(folder, 'llama.cpp', name), 'utf8') }))];
}
