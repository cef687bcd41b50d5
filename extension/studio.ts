import type { Backend } from '../backend/client/backend.ts';
import type { Language } from '../backend/contract/common.ts';
import type { BackendKeeper } from './backend/backendKeeper.ts';
import type { Say } from './l10n/say.ts';
import type { Pages } from './pages.ts';
import type { Library } from './views/library.ts';

/** How far work is: a share of 0 to 1, and a word beside the title. */
export type ReportWork = (share: number, words: string) => void;

/** What the commands work with; made once, in `activate`. */
export interface Studio {
  readonly keeper: BackendKeeper;
  readonly library: Library;
  readonly pages: Pages;
  readonly language: Language;
  readonly say: Say;
  /** Tells the reader what went wrong, and logs it; what was cancelled is not told. */
  showError(error: unknown): void;
  /**
   * A backend for the work, started where it is not up, under a progress that can be cancelled; null where it was, or
   * where it failed, which has then been told.
   */
  withBackend<T>(
    title: string,
    work: (backend: Backend, signal: AbortSignal, report: ReportWork) => Promise<T>,
  ): Promise<T | null>;
}
