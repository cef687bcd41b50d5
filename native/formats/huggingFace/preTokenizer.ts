import { unsupported } from '../formatError.ts';
import { isObject } from './jsonFile.ts';

const contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const rest = '| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';
const words = '|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+';
const byThrees = `${contractions}${words}|\\p{N}{1,3}${rest}`;
const byDigits = `${contractions}${words}|\\p{N}${rest}`;

/**
 * llama.cpp's names of pre-tokenizers by what tokenizer.json says. llama.cpp's converter tells them by a hash of an
 * encoded text, for which it needs transformers; here the steps themselves are compared. `ignoreMerges` is what
 * llama.cpp assumes under that name. Source: llm_tokenizer_bpe and the list of names in src/llama-vocab.cpp.
 */
const known: readonly { readonly steps: string; readonly ignoreMerges: boolean; readonly name: string }[] = [
  { steps: 'ByteLevel regex', ignoreMerges: false, name: 'gpt-2' },
  { steps: 'Digits individual, ByteLevel regex', ignoreMerges: false, name: 'smollm' },
  { steps: `Split ${byThrees}, ByteLevel`, ignoreMerges: true, name: 'llama-bpe' },
  { steps: `Split ${byThrees}, ByteLevel`, ignoreMerges: false, name: 'smaug-bpe' },
  { steps: `Split ${byDigits}, ByteLevel`, ignoreMerges: false, name: 'qwen2' },
];

/** Throws FormatError `model_feature` for one that is not known, since a wrong one would split every text wrongly. */
export function preTokenizerName(preTokenizer: unknown, ignoreMerges: boolean): string {
  const steps = describe(preTokenizer);
  const found = known.find((candidate) => candidate.steps === steps && candidate.ignoreMerges === ignoreMerges);
  if (found !== undefined) return found.name;
  const merging = ignoreMerges ? ' (ignore_merges)' : '';
  throw unsupported({ en: `pre-tokenizer '${steps}'${merging}`, ja: `プリトークナイザー「${steps}」${merging}` });
}

function describe(step: unknown): string {
  if (!isObject(step)) return 'none';
  switch (step.type) {
    case 'Sequence':
      return Array.isArray(step.pretokenizers) ? step.pretokenizers.map(describe).join(', ') : 'none';
    case 'ByteLevel':
      return `ByteLevel${step.use_regex === false ? '' : ' regex'}${step.add_prefix_space === true ? ' prefix' : ''}`;
    case 'Digits':
      return `Digits${step.individual_digits === true ? ' individual' : ''}`;
    case 'Split': {
      const pattern = isObject(step.pattern) ? (step.pattern.Regex ?? step.pattern.String) : undefined;
      const odd =
        step.behavior === 'Isolated' && step.invert !== true ? '' : ` ${String(step.behavior)} ${step.invert}`;
      return `Split ${String(pattern)}${odd}`;
    }
    default:
      return String(step.type);
  }
}
