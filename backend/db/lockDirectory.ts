import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { sqliteError } from './openDatabase.ts';

/**
 * Takes a data directory for this process, or returns null where another one has it. The lock is SQLite's lock on a file
 * of its own, so the operating system takes it back however the process ends.
 */
export function lockDirectory(path: string): Disposable | null {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new Database(path, { timeout: 0 });
  try {
    database.pragma('journal_mode = DELETE');
    database.exec('BEGIN EXCLUSIVE');
    return { [Symbol.dispose]: () => database.close() };
  } catch (error) {
    database.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null;
    throw sqliteError(error, path);
  }
}
