import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { protocolVersion } from '../../native/contract/messages.ts';
import { eventsOf, runEngine } from './engineProcess.ts';
import { tempDir } from './tempDir.ts';

/** What a real engine process says after each token: [tokens][vocabulary], logits. */
export async function engineLogits(
  context: TestContext,
  basePath: string,
  tokens: readonly number[],
  adapterPath?: string,
): Promise<Float32Array[]> {
  const outputPath = join(tempDir(context), 'logits.bin');
  const events = await runEngine({
    ...{ type: 'logits', protocolVersion, basePath, tokens: [...tokens], device: 'CPU', threads: 1, outputPath },
    ...(adapterPath === undefined ? {} : { adapterPath }),
  });
  const [told] = eventsOf(events, 'logits');
  if (!told) throw new Error(`no logits but ${JSON.stringify(events.at(-1))}`);
  const all = new Float32Array(new Uint8Array(readFileSync(told.outputPath)).buffer);
  return Array.from({ length: told.tokens }, (_, i) => all.subarray(i * told.vocabulary, (i + 1) * told.vocabulary));
}

export function softMax(logits: Float32Array): Float64Array {
  const most = logits.reduce((a, b) => Math.max(a, b));
  const powers = Float64Array.from(logits, (value) => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}
