import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type ErrorProblem, Language } from '../../backend/contract/common.ts';
import type { Dataset, DatasetRow, ImportProblem } from '../../backend/contract/dataset.ts';
import { errorTable, fill, TataraError } from '../../backend/contract/errors.ts';
import { type ImportOptions, importDataset } from '../../backend/datasets/importDataset.ts';
import { iterateRows } from '../../backend/datasets/rows.ts';
import { memoryDatasetStore } from './memoryDatasetStore.ts';
import { tempDir } from './tempDir.ts';

export type Outcome =
  | {
      readonly code: null;
      readonly dataset: Dataset;
      readonly rows: DatasetRow[];
      readonly problems: readonly ImportProblem[];
      readonly problemCount: number;
    }
  | {
      readonly code: string;
      readonly message: string;
      readonly details: TataraError['details'];
      readonly problems: readonly ErrorProblem[];
    };

/** Imports a file of this content into a folder of the test's own, and looks that nothing else is left behind. */
export async function importText(
  context: TestContext,
  content: string | Buffer,
  options: Partial<ImportOptions> = {},
): Promise<Outcome> {
  const folder = tempDir(context);
  const path = join(folder, 'source');
  writeFileSync(path, content);
  return importPath(join(folder, 'datasets'), path, { filename: 'data.jsonl', ...options });
}

export async function importPath(
  directory: string,
  path: string,
  options: Partial<ImportOptions> & Pick<ImportOptions, 'filename'>,
): Promise<Outcome> {
  try {
    const { dataset, problems, problem_count } = await importDataset({
      ...{ source: path, skipBroken: false, directory, store: memoryDatasetStore(), language: 'en' },
      ...options,
    });
    const rows: DatasetRow[] = [];
    for await (const row of iterateRows(directory, dataset)) rows.push(row);
    return { code: null, dataset, rows, problems, problemCount: problem_count };
  } catch (error) {
    if (!(error instanceof TataraError)) throw error;
    checkTexts(error);
    const left = readdirSync(directory);
    if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
    return { code: error.code, message: error.message, details: error.details, problems: error.problems };
  }
}

/** Every placeholder of an error's texts has its value, in both languages. */
function checkTexts({ code, details, problems }: TataraError): void {
  const { message, hint }: { message: Record<Language, string>; hint?: Record<Language, string> } = errorTable[code];
  const texts = Language.options.flatMap((language) => [message[language], hint?.[language] ?? '']);
  const filled = [...texts.map((text) => fill(text, details)), ...problems.map((problem) => problem.message)];
  const gap = filled.find((text) => /\{\w+\}|undefined|\[object/.test(text));
  if (gap !== undefined) throw new Error(`${code} has a gap: ${gap}`);
}
