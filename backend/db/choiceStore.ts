import type { ChoiceStore } from '../models/ports.ts';
import type { Sqlite } from './openDatabase.ts';

export function createChoiceStore(database: Sqlite): ChoiceStore {
  const one = database.prepare<[string], string>('SELECT value FROM choices WHERE name = ?').pluck();
  const put = database.prepare('INSERT OR REPLACE INTO choices (name, value) VALUES (?, ?)');
  const remove = database.prepare('DELETE FROM choices WHERE name = ?');
  return {
    get: (name) => one.get(name) ?? null,
    set(name, value) {
      if (value === null) remove.run(name);
      else put.run(name, value);
    },
  };
}
