import { protocolVersion } from '../../native/contract/messages.ts';
import type { Probed } from '../doctor/examine.ts';
import type { Engine } from '../training/ports.ts';

/** Asks an engine process once what there is; a probe that failed is tried again at the next call. */
export function createProbe(engine: Engine): () => Promise<Probed> {
  let known: Promise<Probed> | null = null;
  return () => {
    known ??= probe(engine).catch((error: unknown) => {
      known = null;
      throw error;
    });
    return known;
  };
}

async function probe(engine: Engine): Promise<Probed> {
  for await (const event of engine.start({ type: 'probe', protocolVersion }).events) {
    if (event.type !== 'probed') continue;
    const { engineVersion, ggmlVersion, libraryDirectory, cpuVariant } = event;
    const devices = event.devices.map(({ name, description, kind, memoryTotal, memoryFree }) => ({
      name,
      description,
      kind,
      memory_total: memoryTotal,
      memory_free: memoryFree,
    }));
    return { engineVersion, ggmlVersion, libraryDirectory, cpuVariant, devices };
  }
  throw new Error('A probe ended without a result.');
}
