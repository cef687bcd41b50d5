/**
 * The promise's value, or the signal's reason as soon as it aborts. The work behind the promise goes on, for others may
 * wait for it too; `late` gets what came after nobody was waiting any more.
 */
export function raceSignal<T>(promise: Promise<T>, signal: AbortSignal, late?: (value: T) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      reject(signal.reason);
      promise.then(late, () => {});
    };
    if (signal.aborted) {
      leave();
      return;
    }
    signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
