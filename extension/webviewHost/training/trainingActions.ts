/** Where the pages about training lead to; wired by the extension. */
export interface TrainingActions {
  /** The page of a new run, with a recipe or an empty one. */
  newRun(recipeYaml: string): void;
  openRun(id: string): void;
  compareRuns(ids: readonly string[]): void;
  /** Base and tuned model side by side; names. */
  chat(base: string, adapter: string): void;
  /** Asks for a file and imports it; resolves when that is done or given up. */
  importBase(): Promise<void>;
  importDataset(): Promise<void>;
  /** The tutorial's model and data. */
  importTutorial(): Promise<void>;
}
