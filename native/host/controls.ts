import type { EngineControl } from '../contract/messages.ts';
import type { Controls } from '../train/trainer.ts';

/** What the backend has said since the request. */
export class HostControls implements Controls {
  stopped = false;
  #wake: () => void = () => {};

  hear(control: EngineControl): void {
    if (control.type === 'stop') this.stopped = true;
    this.#wake();
  }

  goOn(): Promise<void> {
    if (this.stopped) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
