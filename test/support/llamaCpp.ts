import { getLlama, type Llama, LlamaLogLevel, type Token } from 'node-llama-cpp';

let loaded: Promise<Llama> | undefined;

/** llama.cpp on one thread, because its threads wait by spinning. To be disposed of when the tests are done. */
export function llamaCpp(): Promise<Llama> {
  loaded ??= getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error, maxThreads: 1 });
  return loaded;
}

export async function disposeLlamaCpp(): Promise<void> {
  await (await loaded)?.dispose();
}

/** What llama.cpp says the next token is after each of these tokens: [tokens][vocabulary], probabilities. */
export async function llamaProbabilities(
  modelPath: string,
  tokens: readonly number[],
  loraPath?: string,
): Promise<Float64Array[]> {
  const model = await (await llamaCpp()).loadModel({ modelPath });
  try {
    const context = await model.createContext({
      contextSize: 256,
      // Its usual cache of keys and values in F16 would be the largest difference.
      ...{ flashAttention: false, experimentalKvCacheKeyType: 'F32', experimentalKvCacheValueType: 'F32' },
      ...(loraPath === undefined ? {} : { lora: loraPath }),
    });
    const untouched = { temperature: 1, topK: 0, topP: 1, minP: 0 };
    const outputs = await context
      .getSequence()
      .controlledEvaluate(
        tokens.map((token) => [token as Token, { generateNext: { probabilities: true, options: untouched } }]),
      );
    return outputs.map((output) => {
      const next = output!.next.probabilities!;
      const row = new Float64Array(next.size);
      for (const [token, probability] of next) row[token] = probability;
      return row;
    });
  } finally {
    await model.dispose();
  }
}
