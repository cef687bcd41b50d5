import type { Locator } from 'playwright-core';
import type { Workbench } from './workbench.ts';

/** VS Code's page of a walkthrough, step by step. */
export class Walkthrough {
  readonly #window: Workbench;

  private constructor(window: Workbench) {
    this.#window = window;
  }

  /** Opens it with the command of the title; `title` is its own heading. */
  static async open(window: Workbench, command: string, title: string): Promise<Walkthrough> {
    await window.command(command);
    await window.see(window.page.locator('.gettingStartedDetailsContent .category-title', { hasText: title }), title);
    return new Walkthrough(window);
  }

  step(id: string): Locator {
    return this.#window.page.locator(`.getting-started-step[data-step-id$="#${id}"]`);
  }

  /** Opens a step and presses its button. */
  async press(id: string, button: string): Promise<void> {
    const step = await this.#window.see(this.step(id), `the step ${id}`);
    if ((await step.getAttribute('aria-expanded')) !== 'true') await step.locator('.step-title').click();
    const found = step.locator('.monaco-button', { hasText: button });
    await (await this.#window.see(found, `the button "${button}" of the step ${id}`)).click();
  }

  /** Waits until the step has its tick. */
  async isDone(id: string): Promise<void> {
    const tick = this.step(id).locator('[role="checkbox"][aria-checked="true"]');
    await this.#window.see(tick, `the tick of the step ${id}`);
  }
}
