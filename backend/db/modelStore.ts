import type { Adapter } from '../contract/model.ts';
import type { VerdictKind } from '../contract/verdict.ts';
import type { AdapterStore, ModelRecord, ModelStore } from '../models/ports.ts';
import type { Sqlite } from './openDatabase.ts';

type ModelRow = Omit<ModelRecord, 'facts' | 'verdict'> & {
  readonly facts: string;
  readonly verdict: VerdictKind | null;
};

export function createModelStore(database: Sqlite): ModelStore {
  const one = database.prepare<[string], ModelRow>('SELECT * FROM models WHERE id = ?');
  const byHash = database.prepare<[string], ModelRow>('SELECT * FROM models WHERE hash = ?');
  const all = database.prepare<[], ModelRow>('SELECT * FROM models ORDER BY created_at DESC, rowid DESC');
  const remove = database.prepare('DELETE FROM models WHERE id = ?');
  const insert = database.prepare(
    `INSERT INTO models (id, name, path, hash, bytes, modified, facts, created_at)
     VALUES (@id, @name, @path, @hash, @bytes, @modified, @facts, @created_at)`,
  );
  const update = database.prepare(
    'UPDATE models SET path = @path, bytes = @bytes, modified = @modified, facts = @facts WHERE id = @id',
  );
  const judge = database.prepare('UPDATE models SET verdict = ? WHERE id = ?');
  const parse = ({ verdict, facts, ...row }: ModelRow): ModelRecord => ({
    ...row,
    facts: JSON.parse(facts),
    ...(verdict === null ? {} : { verdict }),
  });
  const found = (row: ModelRow | undefined): ModelRecord | null => (row ? parse(row) : null);
  return {
    add: (model) => void insert.run({ ...model, facts: JSON.stringify(model.facts) }),
    update: (id, change) => void update.run({ id, ...change, facts: JSON.stringify(change.facts) }),
    get: (id) => found(one.get(id)),
    byHash: (hash) => found(byHash.get(hash)),
    list: () => all.all().map(parse),
    judge: (id, verdict) => void judge.run(verdict, id),
    delete: (id) => void remove.run(id),
  };
}

type AdapterRow = Omit<Adapter, 'run_id' | 'step' | 'peft_path' | 'verdict'> & {
  readonly run_id: string | null;
  readonly step: number | null;
  readonly peft_path: string | null;
  readonly verdict: VerdictKind | null;
};

export function createAdapterStore(database: Sqlite): AdapterStore {
  const one = database.prepare<[string], AdapterRow>('SELECT * FROM adapters WHERE id = ?');
  const all = database.prepare<[], AdapterRow>('SELECT * FROM adapters ORDER BY created_at DESC, rowid DESC');
  const remove = database.prepare('DELETE FROM adapters WHERE id = ?');
  const insert = database.prepare(
    `INSERT OR REPLACE INTO adapters
       (id, name, base_id, base_hash, run_id, step, path, peft_path, rank, alpha, bytes, verdict, created_at)
     VALUES (@id, @name, @base_id, @base_hash, @run_id, @step, @path, @peft_path, @rank, @alpha, @bytes, @verdict, @created_at)`,
  );
  const judge = database.prepare('UPDATE adapters SET verdict = ? WHERE id = ?');
  const parse = ({ run_id, step, peft_path, verdict, ...row }: AdapterRow): Adapter => ({
    ...row,
    ...(verdict === null ? {} : { verdict }),
    ...(run_id === null ? {} : { run_id }),
    ...(step === null ? {} : { step }),
    ...(peft_path === null ? {} : { peft_path }),
  });
  return {
    put: (adapter) => void insert.run({ run_id: null, step: null, peft_path: null, verdict: null, ...adapter }),
    get: (id) => {
      const row = one.get(id);
      return row ? parse(row) : null;
    },
    list: () => all.all().map(parse),
    judge: (id, verdict) => void judge.run(verdict, id),
    delete: (id) => void remove.run(id),
  };
}
