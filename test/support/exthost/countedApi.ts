import * as vscode from 'vscode';

interface Made {
  dispose(): unknown;
}

/**
 * VS Code's API as the extension gets it, in which everything that must be disposed is counted from its making to its
 * disposal: what `create…`, `register…` and `on…` give back, event emitters and their listeners, and timers.
 */
export class CountedApi {
  readonly #alive = new Map<object, string>();
  readonly api: Record<string, unknown> = {};

  constructor() {
    for (const name of Object.keys(vscode)) {
      Object.defineProperty(this.api, name, { enumerable: true, get: () => this.#member(name) });
    }
  }

  /** How many of each kind are alive. */
  alive(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const kind of this.#alive.values()) counts[kind] = (counts[kind] ?? 0) + 1;
    return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => a.localeCompare(b)));
  }

  readonly setInterval = (...args: Parameters<typeof setInterval>): NodeJS.Timeout => {
    const timer = setInterval(...args);
    this.#alive.set(timer, 'setInterval');
    return timer;
  };

  readonly clearInterval = (timer: NodeJS.Timeout): void => {
    this.#alive.delete(timer);
    clearInterval(timer);
  };

  #member(name: string): unknown {
    const value: unknown = Reflect.get(vscode, name);
    if (name === 'EventEmitter') return this.#emitters();
    if (name === 'Disposable') return this.#disposables();
    // Classes and enumerations are capitalised, and what is left is a part of the API with functions.
    const isPart = typeof value === 'object' && value !== null && /^[a-z]/.test(name);
    return isPart ? this.#part(name, value) : value;
  }

  #part(name: string, part: object): object {
    return new Proxy(
      {},
      {
        get: (_, key) => {
          const value: unknown = Reflect.get(part, key);
          if (typeof value !== 'function') return value;
          return (...args: unknown[]): unknown => {
            const made: unknown = value.apply(part, args);
            // A message in the status bar that has a time goes by itself.
            const isTimed = key === 'setStatusBarMessage' && typeof args[1] === 'number';
            return isMade(made) && !isTimed ? this.#count(made, `${name}.${String(key)}`) : made;
          };
        },
      },
    );
  }

  #count<T extends Made>(made: T, kind: string): T {
    this.#alive.set(made, kind);
    const forget = (): void => void this.#alive.delete(made);
    // A person closes it too.
    const closed: unknown = Reflect.get(made, 'onDidDispose');
    if (typeof closed === 'function') closed.call(made, forget);
    const dispose = made.dispose.bind(made);
    const counted = (): unknown => {
      forget();
      return dispose();
    };
    if (Reflect.set(made, 'dispose', counted)) return made;
    return new Proxy({} as T, {
      get: (_, key) => {
        if (key === 'dispose') return counted;
        const value: unknown = Reflect.get(made, key);
        return typeof value === 'function' ? value.bind(made) : value;
      },
      set: (_, key, value) => Reflect.set(made, key, value),
    });
  }

  #emitters(): unknown {
    const alive = this.#alive;
    const count = <T extends Made>(made: T, kind: string): T => this.#count(made, kind);
    return class<T> {
      readonly #real = new vscode.EventEmitter<T>();
      readonly #listeners = new Set<object>();
      constructor() {
        alive.set(this, 'EventEmitter');
      }
      readonly event: vscode.Event<T> = (listener, self, into) => {
        const listening = count(this.#real.event(listener, self, into), 'EventEmitter.event');
        this.#listeners.add(listening);
        return listening;
      };
      fire(data: T): void {
        this.#real.fire(data);
      }
      dispose(): void {
        for (const listening of [...this.#listeners, this]) alive.delete(listening);
        this.#real.dispose();
      }
    };
  }

  #disposables(): unknown {
    const count = (made: vscode.Disposable): vscode.Disposable => this.#count(made, 'Disposable');
    return class {
      static from(...made: Made[]): vscode.Disposable {
        return count(vscode.Disposable.from(...made));
      }
      constructor(onDispose: () => unknown) {
        // biome-ignore lint/correctness/noConstructorReturn: what is counted is VS Code's own object.
        return count(new vscode.Disposable(onDispose));
      }
    };
  }
}

function isMade(value: unknown): value is Made {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'dispose') === 'function';
}
