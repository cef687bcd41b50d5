import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { TataraError } from '../contract/errors.ts';
import { type Migration, migrations } from './migrations.ts';

export type Sqlite = Database.Database;

/** `TATA` in ASCII: tells our data bases from other SQLite files. */
const applicationId = 0x54415441;

/**
 * Opens the data base, makes it where there is none, and brings an older one up to date, each step in a transaction of
 * its own. Throws `database_newer`, `database_damaged`, `disk_full`.
 */
export function openDatabase(path: string, steps: readonly Migration[] = migrations): Sqlite {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let database: Sqlite | undefined;
  try {
    database = new Database(path);
    database.pragma('busy_timeout = 5000');
    checkOwner(database, path);
    migrate(database, path, steps);
    database.pragma('journal_mode = WAL');
    // What was told to be stored is on the disk, even where the power fails.
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    return database;
  } catch (error) {
    database?.close();
    throw sqliteError(error, path);
  }
}

/** Looks through the whole data base and returns its schema's version. Throws `database_damaged`. */
export function checkDatabase(database: Sqlite, path: string): number {
  const found = String(database.pragma('quick_check(1)', { simple: true }));
  if (found !== 'ok') throw new TataraError('database_damaged', { path, reason: found });
  return Number(database.pragma('user_version', { simple: true }));
}

/** What SQLite complains of as an error that a person can act on; any other error as it is. */
export function sqliteError(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  if (error.code === 'SQLITE_FULL') return new TataraError('disk_full', { path }, { cause: error });
  return new TataraError('database_damaged', { path, reason: error.message }, { cause: error });
}

function checkOwner(database: Sqlite, path: string): void {
  const found = Number(database.pragma('application_id', { simple: true }));
  const tables = database.prepare('SELECT count(*) FROM sqlite_master').pluck().get();
  if (found === applicationId || (found === 0 && tables === 0)) return;
  throw new TataraError('database_damaged', { path, reason: 'it is a data base of another program' });
}

function migrate(database: Sqlite, path: string, steps: readonly Migration[]): void {
  const known = steps.at(-1)?.version ?? 0;
  const found = Number(database.pragma('user_version', { simple: true }));
  if (found > known) throw new TataraError('database_newer', { path, found, known });
  for (const step of steps.filter(({ version }) => version > found)) {
    database.transaction(() => {
      database.exec(step.sql);
      database.pragma(`application_id = ${applicationId}`);
      database.pragma(`user_version = ${step.version}`);
    })();
  }
}
