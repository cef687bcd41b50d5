import { Dataset } from '../contract/dataset.ts';
import type { DatasetStore } from '../datasets/datasetStore.ts';
import type { Sqlite } from './openDatabase.ts';

export function createDatasetStore(database: Sqlite, newId: () => string, now: () => string): DatasetStore {
  const one = database.prepare('SELECT * FROM datasets WHERE id = ?');
  const same = database.prepare('SELECT * FROM datasets WHERE name = ? AND hash = ? ORDER BY version DESC LIMIT 1');
  const all = database.prepare('SELECT * FROM datasets ORDER BY created_at DESC, rowid DESC');
  const hash = database.prepare('SELECT 1 FROM datasets WHERE hash = ? LIMIT 1');
  const remove = database.prepare('DELETE FROM datasets WHERE id = ?');
  const nextVersion = database
    .prepare(
      `INSERT INTO dataset_names (name, last_version) VALUES (?, 1)
       ON CONFLICT (name) DO UPDATE SET last_version = last_version + 1 RETURNING last_version`,
    )
    .pluck();
  const insert = database.prepare(
    `INSERT INTO datasets (id, name, version, hash, format, source, rows, bytes, skipped_rows, created_at)
     VALUES (@id, @name, @version, @hash, @format, @source, @rows, @bytes, @skipped_rows, @created_at)`,
  );
  const parse = (row: unknown): Dataset | null => (row === undefined ? null : Dataset.parse(row));
  return {
    add: database.transaction((dataset) => {
      const found = parse(same.get(dataset.name, dataset.hash));
      if (found) return { dataset: found, unchanged: true };
      const version = Number(nextVersion.get(dataset.name));
      const added = Dataset.parse({ ...dataset, id: newId(), version, created_at: now() });
      insert.run(added);
      return { dataset: added, unchanged: false };
    }),
    get: (id) => parse(one.get(id)),
    list: () => all.all().map((row) => Dataset.parse(row)),
    delete: (id) => void remove.run(id),
    hasHash: (value) => hash.get(value) !== undefined,
  };
}
