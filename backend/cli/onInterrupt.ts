/** While the result is not disposed, Ctrl-C calls the handler with how often it was pressed, instead of ending the process. */
export function onInterrupt(handler: (count: number) => void): Disposable {
  let count = 0;
  const listener = (): void => {
    count += 1;
    handler(count);
  };
  process.on('SIGINT', listener);
  return { [Symbol.dispose]: () => void process.off('SIGINT', listener) };
}
