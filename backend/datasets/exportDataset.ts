import type { Dataset } from '../contract/dataset.ts';
import { writeExport } from '../files/writeExport.ts';
import { iterateRows } from './rows.ts';

/** All rows as JSON Lines, a DatasetRow a line. Throws what `writeExport` does, `dataset_damaged`, the signal's reason. */
export function exportDataset(
  directory: string,
  dataset: Dataset,
  to: { readonly path: string; readonly overwrite: boolean },
  signal: AbortSignal,
) {
  return writeExport(to, lines());

  async function* lines(): AsyncGenerator<string> {
    for await (const row of iterateRows(directory, dataset)) {
      signal.throwIfAborted();
      yield JSON.stringify(row);
    }
  }
}
