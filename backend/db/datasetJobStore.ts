import type { DatasetJobRecord, DatasetJobStore } from '../datasets/datasetJobStore.ts';
import type { Sqlite } from './openDatabase.ts';

interface JobRow extends Omit<DatasetJobRecord, 'request' | 'result' | 'error'> {
  readonly request: string;
  readonly result: string | null;
  readonly error: string | null;
}

export function createDatasetJobStore(database: Sqlite): DatasetJobStore {
  const one = database.prepare<[string], JobRow>('SELECT * FROM dataset_jobs WHERE id = ?');
  const newest = database.prepare<[number], JobRow>('SELECT * FROM dataset_jobs ORDER BY rowid DESC LIMIT ?');
  const inStates = database.prepare<[string], JobRow>(
    'SELECT * FROM dataset_jobs WHERE state IN (SELECT value FROM json_each(?)) ORDER BY rowid',
  );
  const insert = database.prepare(
    `INSERT INTO dataset_jobs (id, state, request, language, subject, result, error, interruptions, created_at, ended_at)
     VALUES (@id, @state, @request, @language, @subject, @result, @error, @interruptions, @created_at, @ended_at)`,
  );
  const update = database.prepare(
    `UPDATE dataset_jobs SET state = @state, result = @result, error = @error, interruptions = @interruptions,
       ended_at = @ended_at WHERE id = @id`,
  );
  const prune = database.prepare(
    `DELETE FROM dataset_jobs WHERE ended_at IS NOT NULL AND rowid NOT IN
       (SELECT rowid FROM dataset_jobs WHERE ended_at IS NOT NULL ORDER BY rowid DESC LIMIT ?)`,
  );
  const get = (id: string): DatasetJobRecord | null => {
    const row = one.get(id);
    return row ? parse(row) : null;
  };
  return {
    add: (job) => void insert.run(columns(job)),
    change: database.transaction((id, change) => {
      const job = get(id);
      if (job) update.run(columns({ ...job, ...change }));
    }),
    get,
    list: (limit) => newest.all(limit).map(parse),
    inStates: (states) => inStates.all(JSON.stringify(states)).map(parse),
    prune: (keep) => void prune.run(keep),
  };
}

function columns({ request, result, error, ...rest }: DatasetJobRecord): JobRow {
  return { ...rest, request: JSON.stringify(request), result: orNull(result), error: orNull(error) };
}

function orNull(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

function parse(row: JobRow): DatasetJobRecord {
  const [request, result, error] = [row.request, row.result ?? 'null', row.error ?? 'null'].map((text) =>
    JSON.parse(text),
  );
  return { ...row, request, result, error };
}
