import type { NewRunToHost, NewRunToPage, RecipeChange } from '../contract/newRun.ts';

type Answer = Extract<NewRunToPage, { type: 'recipe' }>;
type Edit = Extract<NewRunToHost, { type: 'edit' }>;

/**
 * The recipe between form and text. One edit is under way at a time; what changes meanwhile waits and goes on from its
 * answer, so that neither a quick hand nor a slow backend loses a change. Text that was typed replaces everything before.
 */
export class RecipeEditor {
  readonly #send: (edit: Edit) => void;
  #yaml: string;
  #revision = 0;
  #underWay = false;
  #changes: RecipeChange[] = [];
  #typed: string | null = null;

  constructor(yaml: string, send: (edit: Edit) => void) {
    this.#yaml = yaml;
    this.#send = send;
  }

  /** As it will be when all that is under way has come back, but for the changes of the form. */
  get yaml(): string {
    return this.#typed ?? this.#yaml;
  }

  get isSettled(): boolean {
    return !this.#underWay;
  }

  change(changes: readonly RecipeChange[]): void {
    this.#changes.push(...changes);
    this.#next();
  }

  type(yaml: string): void {
    this.#typed = yaml;
    this.#changes = [];
    this.#next();
  }

  /** False for an answer that something newer has overtaken: it must not be shown. */
  take({ revision, yaml }: Answer): boolean {
    if (revision !== this.#revision) return false;
    this.#underWay = false;
    if (this.#typed === null) this.#yaml = yaml;
    const overtaken = this.#typed !== null || this.#changes.length > 0;
    if (overtaken) this.#next();
    return !overtaken;
  }

  /** The edit under way got no answer; what waits may go. */
  failed(): void {
    this.#underWay = false;
    if (this.#typed !== null || this.#changes.length > 0) this.#next();
  }

  #next(): void {
    if (this.#underWay) return;
    this.#underWay = true;
    this.#yaml = this.#typed ?? this.#yaml;
    const changes = this.#changes;
    this.#typed = null;
    this.#changes = [];
    this.#revision += 1;
    this.#send({ type: 'edit', revision: this.#revision, yaml: this.#yaml, changes });
  }
}
