/** What decides who runs next: one run at a time on a device, first come first served. */
export interface Waiting {
  readonly id: string;
  /** A device's name, or `auto`. */
  readonly device: string;
}

/** `auto` may turn out to be any device, so it shares none. */
export function sameDevice(a: string, b: string): boolean {
  return a === b || a === 'auto' || b === 'auto';
}

/** The runs that may start now, in order. `busy`: the devices that are in use. A run never overtakes one that waits for the same device. */
export function startable(queue: readonly Waiting[], busy: readonly string[]): readonly Waiting[] {
  const taken = [...busy];
  return queue.filter(({ device }) => {
    const free = !taken.some((other) => sameDevice(other, device));
    taken.push(device);
    return free;
  });
}

/** Place in the queue by id: 1 is next on its device. */
export function queuePlaces(queue: readonly Waiting[]): ReadonlyMap<string, number> {
  return new Map(
    queue.map(({ id, device }, index) => {
      const before = queue.slice(0, index).filter((other) => sameDevice(other.device, device));
      return [id, before.length + 1];
    }),
  );
}
