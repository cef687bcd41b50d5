/** From tokens as they are generated to text as a person reads it. */
import type { LlamaModel, Token } from 'node-llama-cpp';

/** Turns text as it comes into text that may be shown. */
export interface TextFilter {
  push(text: string): string;
  /** What was held back, at the end. */
  flush(): string;
}

/** A character of four bytes can be four tokens; a few more, and it is no character at all. */
const longestCharacter = 8;

/** Text of one token after the other. A token that ends inside a character is held back until the rest has come. */
export function createTokenText(model: LlamaModel, prompt: readonly Token[]) {
  const before = prompt.slice(-longestCharacter);
  let pending: Token[] = [];
  const take = (): string => {
    const text = model.detokenize(pending, false, before);
    before.push(...pending);
    before.splice(0, before.length - longestCharacter);
    pending = [];
    return text;
  };
  return {
    push(token: Token): string {
      pending.push(token);
      const partial = pending.length < longestCharacter && model.detokenize(pending, false, before).endsWith('\uFFFD');
      return partial ? '' : take();
    },
    flush: (): string => (pending.length > 0 ? take() : ''),
  };
}

/** Drops `lead` where the text begins with it, however it is cut into pieces. */
export function createLeadFilter(lead: string): TextFilter {
  let left = lead;
  return {
    push(text) {
      let dropped = 0;
      while (left !== '' && dropped < text.length && text[dropped] === left[0]) {
        left = left.slice(1);
        dropped++;
      }
      if (dropped < text.length) left = '';
      return text.slice(dropped);
    },
    flush: () => '',
  };
}

/**
 * Ends the text before that of `stops` which is complete first; of two that are complete at once, before the longer.
 * Holds back what may be the beginning of one.
 */
export function createStopFilter(stops: readonly string[]): TextFilter & { readonly stopped: boolean } {
  const wanted = stops.filter((stop) => stop !== '').toSorted((a, b) => b.length - a.length);
  let held = '';
  let stopped = false;
  return {
    get stopped() {
      return stopped;
    },
    push(text) {
      // Letter by letter, so that it does not matter how the text is cut into pieces.
      for (let index = 0; index < text.length && !stopped; index++) {
        held += text[index];
        const stop = wanted.find((end) => held.endsWith(end));
        if (stop === undefined) continue;
        stopped = true;
        held = held.slice(0, held.length - stop.length);
      }
      const keep = stopped ? 0 : Math.max(0, ...wanted.map((stop) => overlap(held, stop)));
      const shown = held.slice(0, held.length - keep);
      held = held.slice(held.length - keep);
      return shown;
    },
    flush() {
      const shown = held;
      held = '';
      return shown;
    },
  };
}

/** Length of the longest end of `text` that `stop` begins with. */
function overlap(text: string, stop: string): number {
  for (let length = Math.min(text.length, stop.length - 1); length > 0; length--) {
    if (text.endsWith(stop.slice(0, length))) return length;
  }
  return 0;
}
