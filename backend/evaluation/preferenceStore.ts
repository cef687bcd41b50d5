import type { Preference } from '../contract/preference.ts';

/** What is needed of the data base to keep judgements. Implemented by backend/db. */
export interface PreferenceStore {
  add(preference: Preference): void;
  /** Newest first. */
  list(offset: number, limit: number): Preference[];
  count(): number;
  /** False where there is none with this id. */
  delete(id: string): boolean;
}
