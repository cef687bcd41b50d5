import { Preference } from '../contract/preference.ts';
import type { PreferenceStore } from '../evaluation/preferenceStore.ts';
import type { Sqlite } from './openDatabase.ts';

interface StoredPreference {
  readonly messages: string;
  readonly answers: string;
}

export function createPreferenceStore(database: Sqlite): PreferenceStore {
  const insert = database.prepare(
    `INSERT INTO preferences (id, created_at, better, messages, answers)
     VALUES (@id, @created_at, @better, @messages, @answers)`,
  );
  const page = database.prepare('SELECT * FROM preferences ORDER BY created_at DESC, rowid DESC LIMIT ? OFFSET ?');
  const count = database.prepare('SELECT count(*) FROM preferences').pluck();
  const remove = database.prepare('DELETE FROM preferences WHERE id = ?');
  return {
    add({ messages, answers, ...rest }) {
      insert.run({ ...rest, messages: JSON.stringify(messages), answers: JSON.stringify(answers) });
    },
    list: (offset, limit) =>
      (page.all(limit, offset) as StoredPreference[]).map((row) =>
        Preference.parse({ ...row, messages: JSON.parse(row.messages), answers: JSON.parse(row.answers) }),
      ),
    count: () => Number(count.get()),
    delete: (id) => remove.run(id).changes > 0,
  };
}
