import { shortVerdict } from '../contract/verdict.ts';
import type { RunChange, RunRecord, RunStore, StoredRunEvent, SummaryRecord } from '../training/runStore.ts';
import { type Sqlite, sqliteError } from './openDatabase.ts';

/** Columns that hold JSON; null stays NULL. */
const jsonFields = new Set([
  'recipe',
  'base',
  'dataset',
  'heldOutDataset',
  'regressionDataset',
  'error',
  'evaluation',
  'verdict',
  'plan',
  'engine',
  'continuedFrom',
]);

const fields = [
  'id',
  'name',
  'state',
  'recipe',
  'base',
  'dataset',
  'heldOutDataset',
  'regressionDataset',
  'createdAt',
  'startedAt',
  'endedAt',
  'queueOrder',
  'queuePlace',
  'step',
  'steps',
  'secondsLeft',
  'trainLoss',
  'heldOutLoss',
  'checkpointStep',
  'engineVersion',
  'device',
  'error',
  'adapterId',
  'modelId',
  'evaluation',
  'verdict',
  'plan',
  'engine',
  'wanted',
  'interruptions',
  'continuedFrom',
] as const satisfies readonly (keyof RunRecord)[];

type Value = string | number | null;
type Row = Readonly<Record<string, Value>>;
interface EventRow {
  readonly id: number;
  readonly at: string;
  readonly type: StoredRunEvent['type'];
  readonly data: string;
}

export function createRunStore(database: Sqlite): RunStore {
  const one = database.prepare<[string], Row>('SELECT * FROM runs WHERE id = ?');
  const lastOrder = database.prepare('SELECT coalesce(max(queue_order), 0) FROM runs').pluck();
  const insert = database.prepare(
    `INSERT INTO runs (${fields.map(column).join(', ')}) VALUES (${fields.map((field) => `@${column(field)}`).join(', ')})`,
  );
  const page = database.prepare<[Row], Row>(
    `SELECT * FROM runs WHERE @state IS NULL OR state = @state
     ORDER BY created_at DESC, rowid DESC LIMIT @limit OFFSET @offset`,
  );
  const count = database.prepare<[Row], number>('SELECT count(*) FROM runs WHERE @state IS NULL OR state = @state');
  // Runs that were evaluated before verdicts were kept have only their answers.
  const summaries = database.prepare<[Row], Row>(
    `SELECT id, name, state, base ->> 'name' AS base, dataset ->> 'name' AS dataset, created_at, ended_at, queue_place,
       step, steps, seconds_left, train_loss, held_out_loss, error, verdict,
       CASE WHEN verdict IS NULL THEN evaluation END AS evaluation
     FROM runs WHERE @states = '[]' OR state IN (SELECT value FROM json_each(@states))
     ORDER BY created_at DESC, rowid DESC LIMIT @limit OFFSET @offset`,
  );
  const countStates = database
    .prepare<[Row], number>(
      "SELECT count(*) FROM runs WHERE @states = '[]' OR state IN (SELECT value FROM json_each(@states))",
    )
    .pluck();
  const names = database.prepare<[], string>('SELECT name FROM runs').pluck();
  const inStates = database.prepare<[string], Row>(
    'SELECT * FROM runs WHERE state IN (SELECT value FROM json_each(?)) ORDER BY queue_order, rowid',
  );
  const remove = database.prepare('DELETE FROM runs WHERE id = ?');
  const lastEvent = database.prepare<[string], number>('SELECT coalesce(max(id), 0) FROM run_events WHERE run_id = ?');
  const insertEvent = database.prepare('INSERT INTO run_events (run_id, id, at, type, data) VALUES (?, ?, ?, ?, ?)');
  const events = database.prepare<[string, number, number], EventRow>(
    'SELECT id, at, type, data FROM run_events WHERE run_id = ? AND id > ? ORDER BY id LIMIT ?',
  );
  const typed = database.prepare<[string, string], EventRow>(
    `SELECT id, at, type, data FROM run_events
     WHERE run_id = ? AND type IN (SELECT value FROM json_each(?)) ORDER BY id`,
  );
  lastEvent.pluck();
  count.pluck();

  return {
    transaction(work) {
      try {
        return database.transaction(work)();
      } catch (error) {
        throw sqliteError(error, database.name);
      }
    },
    lastQueueOrder: () => Number(lastOrder.get()),
    add: (run) => void insert.run(Object.fromEntries(fields.map((field) => [column(field), store(field, run[field])]))),
    get: (id) => {
      const row = one.get(id);
      return row ? parseRun(row) : null;
    },
    list: ({ state = null, offset, limit }) => ({
      runs: page.all({ state, offset, limit }).map(parseRun),
      total: count.get({ state }) ?? 0,
    }),
    summaries({ states, offset, limit }) {
      const asked = JSON.stringify(states);
      const rows = summaries.all({ states: asked, offset, limit });
      return { runs: rows.map(parseSummary), total: countStates.get({ states: asked }) ?? 0 };
    },
    names: () => names.all(),
    inStates: (states) => inStates.all(JSON.stringify(states)).map(parseRun),
    change: database.transaction(
      (id: string, change: RunChange, added: Parameters<RunStore['change']>[2], at: string) => {
        const changed = fields.filter((field) => field in change);
        if (changed.length > 0) {
          const values = changed.map((field) => store(field, (change as Partial<RunRecord>)[field]));
          database
            .prepare(`UPDATE runs SET ${changed.map((field) => `${column(field)} = ?`).join(', ')} WHERE id = ?`)
            .run(...values, id);
        }
        let number = lastEvent.get(id) ?? 0;
        for (const { type, ...data } of added) insertEvent.run(id, ++number, at, type, JSON.stringify(data));
      },
    ),
    events: (id, after, limit) => events.all(id, after, limit).map(parseEvent),
    eventsOfTypes: (id, types) => typed.all(id, JSON.stringify(types)).map(parseEvent),
    lastEvent: (id) => lastEvent.get(id) ?? 0,
    delete: (id) => void remove.run(id),
  };
}

/** `heldOutLoss` -> `held_out_loss` */
function column(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function store(field: string, value: unknown): Value {
  if (value === null || value === undefined) return null;
  return jsonFields.has(field) ? JSON.stringify(value) : (value as Value);
}

function parseRun(row: Row): RunRecord {
  const entries = fields.map((field) => {
    const value = row[column(field)] ?? null;
    return [field, jsonFields.has(field) && typeof value === 'string' ? JSON.parse(value) : value];
  });
  return Object.fromEntries(entries) as RunRecord;
}

function parseSummary({ error, verdict, evaluation, ...row }: Row): SummaryRecord {
  const parse = (value: Value | undefined) => (typeof value === 'string' ? JSON.parse(value) : null);
  const answers = parse(evaluation);
  const shown = parse(verdict) ?? (answers && shortVerdict(answers));
  return { ...row, error: parse(error), verdict: shown } as SummaryRecord;
}

function parseEvent({ id, at, type, data }: EventRow): StoredRunEvent {
  return { id, at, type, ...JSON.parse(data) };
}
