import { Dataset, DatasetDigest } from '../contract/dataset.ts';
import type { DatasetStore, DigestStore } from '../datasets/datasetStore.ts';
import type { FoundProblem } from '../datasets/foundProblem.ts';
import type { Sqlite } from './openDatabase.ts';

type ProblemRow = Omit<FoundProblem, 'details'> & { readonly details: string };

export function createDatasetStore(database: Sqlite, newId: () => string, now: () => string): DatasetStore {
  const one = database.prepare('SELECT * FROM datasets WHERE id = ?');
  const same = database.prepare('SELECT * FROM datasets WHERE name = ? AND hash = ? ORDER BY version DESC LIMIT 1');
  const newest = database.prepare('SELECT * FROM datasets WHERE name = ? ORDER BY version DESC LIMIT 1');
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
    `INSERT INTO datasets
       (id, name, version, hash, format, source, rows, bytes, skipped_rows, problem_count, import_id, created_at)
     VALUES
       (@id, @name, @version, @hash, @format, @source, @rows, @bytes, @skipped_rows, @problem_count, @import_id,
        @created_at)`,
  );
  const importOf = database.prepare<[string], string | null>('SELECT import_id FROM datasets WHERE id = ?').pluck();
  const insertProblem = database.prepare(
    `INSERT INTO import_problems (import_id, number, code, details, line, "column", excerpt)
     VALUES (@import_id, @number, @code, @details, @line, @column, @excerpt)`,
  );
  const problemPage = database.prepare<[string | null, number, number], ProblemRow>(
    `SELECT code, details, line, "column", excerpt FROM import_problems
     WHERE import_id = ? ORDER BY number LIMIT ? OFFSET ?`,
  );
  const problemCount = database.prepare('SELECT count(*) FROM import_problems WHERE import_id = ?').pluck();
  const removeProblems = database.prepare(
    `DELETE FROM import_problems
     WHERE import_id = @import_id AND NOT EXISTS (SELECT 1 FROM datasets WHERE import_id = @import_id)`,
  );
  const parse = (row: unknown): Dataset | null => (row === undefined ? null : Dataset.parse(row));
  return {
    add: database.transaction(({ problems, anew = false, ...dataset }) => {
      const found = parse(anew ? newest.get(dataset.name) : same.get(dataset.name, dataset.hash));
      if (found && found.hash === dataset.hash) return { dataset: found, unchanged: true };
      const version = Number(nextVersion.get(dataset.name));
      const added = Dataset.parse({ ...dataset, id: newId(), version, created_at: now() });
      if ('of' in problems) {
        insert.run({ ...added, import_id: importOf.get(problems.of) ?? null });
        return { dataset: added, unchanged: false };
      }
      // An import is known by the data set that it made; versions that were edited from that one name it too.
      const import_id = problems.length > 0 ? added.id : null;
      insert.run({ ...added, import_id });
      for (const [number, problem] of problems.entries()) {
        insertProblem.run({ ...problem, import_id, number, details: JSON.stringify(problem.details) });
      }
      return { dataset: added, unchanged: false };
    }),
    get: (id) => parse(one.get(id)),
    list: () => all.all().map((row) => Dataset.parse(row)),
    problems: (id, offset, limit) =>
      problemPage
        .all(importOf.get(id) ?? null, limit, offset)
        .map((row) => ({ ...row, details: JSON.parse(row.details) as FoundProblem['details'] })),
    keptProblems: (id) => Number(problemCount.get(importOf.get(id) ?? null)),
    delete: database.transaction((id) => {
      const import_id = importOf.get(id) ?? null;
      remove.run(id);
      if (import_id !== null) removeProblems.run({ import_id });
    }),
    hasHash: (value) => hash.get(value) !== undefined,
  };
}

export function createDigestStore(database: Sqlite): DigestStore {
  const one = database.prepare<[string], string>('SELECT digest FROM dataset_digests WHERE hash = ?').pluck();
  const put = database.prepare('INSERT OR REPLACE INTO dataset_digests (hash, digest) VALUES (?, ?)');
  return {
    get(hash) {
      const found = one.get(hash);
      return found === undefined ? null : DatasetDigest.parse(JSON.parse(found));
    },
    put: (hash, digest) => void put.run(hash, JSON.stringify(digest)),
  };
}
