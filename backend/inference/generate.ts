/** The loop that makes an answer: one token after the other on one sequence of a context. */
import { randomInt } from 'node:crypto';
import type { LlamaContextSequence, SequenceEvaluateOptions, Token } from 'node-llama-cpp';
import { createLeadFilter, createStopFilter, createTokenText } from './answerText.ts';
import type { FinishReason, Sampling } from './inferenceTypes.ts';

export interface GenerateOptions {
  readonly prompt: readonly number[];
  readonly sampling: Sampling;
  readonly stop: readonly string[];
  /** At least 1. */
  readonly maxTokens: number;
  /** White space at the beginning of the answer that is not shown. */
  readonly lead: string;
  readonly signal: AbortSignal;
}

export interface Generated {
  readonly finishReason: FinishReason;
  readonly completionTokens: number;
}

/** Prompts are read in pieces of so many tokens, so that an abort is heeded in between. */
const promptPiece = 256;

/** Yields pieces of text. What the sequence still holds of an earlier prompt that begins alike is used again. */
export async function* generate(
  sequence: LlamaContextSequence,
  { prompt: ids, sampling, stop, maxTokens, lead, signal }: GenerateOptions,
): AsyncGenerator<string, Generated, void> {
  signal.throwIfAborted();
  const prompt = ids as readonly Token[];
  let rest = await reusePrefix(sequence, prompt);
  while (rest.length > promptPiece) {
    await sequence.evaluateWithoutGeneratingNewTokens(rest.slice(0, promptPiece));
    rest = rest.slice(promptPiece);
    signal.throwIfAborted();
  }

  const tokenText = createTokenText(sequence.model, prompt);
  const leadFilter = createLeadFilter(lead);
  const stopFilter = createStopFilter(stop);
  const show = (text: string): string => stopFilter.push(leadFilter.push(text));
  const said: Token[] = [];
  let finishReason: FinishReason = 'stop';
  for await (const token of sequence.evaluate(rest, evaluateOptions(sampling, said))) {
    signal.throwIfAborted();
    said.push(token);
    const text = show(tokenText.push(token));
    if (text !== '') yield text;
    if (stopFilter.stopped) break;
    if (said.length >= maxTokens) {
      finishReason = 'length';
      break;
    }
  }
  const last = show(tokenText.flush()) + stopFilter.flush();
  if (last !== '') yield last;
  if (stopFilter.stopped) finishReason = 'stop';
  return { finishReason, completionTokens: said.length };
}

/** Tokens that are left to be read, at least the last one, whose successor is wanted. */
async function reusePrefix(sequence: LlamaContextSequence, prompt: readonly Token[]): Promise<Token[]> {
  await sequence.adaptStateToTokens([...prompt], false);
  const kept = Math.min(sequence.nextTokenIndex, prompt.length - 1);
  if (sequence.nextTokenIndex > kept) {
    await sequence.eraseContextTokenRanges([{ start: kept, end: sequence.nextTokenIndex }]);
  }
  // A model without an editable memory may have had to forget more than was asked for.
  return prompt.slice(Math.min(kept, sequence.nextTokenIndex));
}

function evaluateOptions(sampling: Sampling, said: Token[]): SequenceEvaluateOptions {
  const { presencePenalty = 0, frequencyPenalty = 0 } = sampling;
  const penalised = presencePenalty !== 0 || frequencyPenalty !== 0;
  return {
    temperature: sampling.temperature ?? 0.8,
    topK: sampling.topK ?? 40,
    topP: sampling.topP ?? 0.95,
    minP: sampling.minP ?? 0.05,
    seed: sampling.seed === undefined ? randomInt(2 ** 32) : sampling.seed >>> 0,
    ...(penalised
      ? { repeatPenalty: { punishTokens: () => said, penalty: 1, presencePenalty, frequencyPenalty } }
      : {}),
  };
}
