import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { unsupported } from '../formatError.ts';
import { bool, float32s, type GgufValue, int32s, text, texts, uint32 } from '../gguf/ggufValue.ts';
import type { AddedToken } from './addedToken.ts';
import { failJson, isObject, type JsonObject, readJsonObject, readOptionalJsonObject } from './jsonFile.ts';
import { preTokenizerName } from './preTokenizer.ts';
import { specialTokens } from './specialTokens.ts';

/** llama.cpp's token types, `enum llama_token_type` in include/llama.h. */
const tokenTypes = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

/**
 * The `tokenizer.*` metadata from tokenizer.json and the files beside it, as llama.cpp's converter writes it: byte-level
 * BPE becomes the tokenizer model `gpt2`, BPE with byte fallback on whole characters (SentencePiece's way) `llama`.
 * `vocabulary` is the number of rows of the embedding; ids without a token are filled up as unused.
 * Throws FormatError `model_feature` for another kind, `model_damaged` for a damaged file.
 */
export function tokenizerMetadata(
  folder: string,
  vocabulary: number,
  modelConfig: JsonObject,
  preTokenizer?: string,
): [string, GgufValue][] {
  const path = join(folder, 'tokenizer.json');
  if (!existsSync(path) && existsSync(join(folder, 'tokenizer.model'))) {
    throw unsupported({
      en: "a tokenizer in 'tokenizer.model' without a tokenizer.json",
      ja: 'tokenizer.json のない「tokenizer.model」形式のトークナイザー',
    });
  }
  const tokenizer = readJsonObject(path);
  const settings = readOptionalJsonObject(join(folder, 'tokenizer_config.json'));
  const model = isObject(tokenizer.model) ? tokenizer.model : {};
  if (model.type !== 'BPE') {
    throw unsupported({ en: `tokenizer '${String(model.type)}'`, ja: `トークナイザー「${String(model.type)}」` });
  }
  const added = addedTokens(path, tokenizer);
  const vocab = vocabularyById(path, model, added, vocabulary);
  const merges = mergePairs(path, model);
  const bytewise = usesByteLevel(tokenizer);
  const byId = new Map(added.map((token) => [token.id, token]));
  const list = Array.from({ length: vocabulary }, (_, id) => vocab.get(id) ?? `[PAD${id}]`);
  const types = list.map((token, id) => {
    if (!vocab.has(id)) return tokenTypes.unused;
    const asAdded = byId.get(id);
    if (!bytewise && token === model.unk_token) return tokenTypes.unknown;
    if (asAdded !== undefined) return looksSpecial(asAdded) ? tokenTypes.control : tokenTypes.userDefined;
    return !bytewise && /^<0x[0-9A-Fa-f]{2}>$/.test(token) ? tokenTypes.byte : tokenTypes.normal;
  });
  // llama.cpp matches added tokens in the text as it is, where a space is a space.
  const tokens = list.map((token, id) => (types[id] === tokenTypes.userDefined ? token.replaceAll('▁', ' ') : token));
  const entries: [string, GgufValue][] = [
    ['ggml.model', text(bytewise ? 'gpt2' : 'llama')],
    [
      'ggml.pre',
      text(
        bytewise
          ? (preTokenizer ?? preTokenizerName(tokenizer.pre_tokenizer, model.ignore_merges === true))
          : 'default',
      ),
    ],
    ['ggml.tokens', texts(tokens)],
  ];
  if (bytewise) {
    refuseNormalizer(tokenizer.normalizer);
    entries.push(['ggml.merges', texts(merges.map(([left, right]) => `${spaceless(left)} ${spaceless(right)}`))]);
  } else {
    entries.push(['ggml.scores', float32s(scores(tokens, types, merges))]);
    entries.push(['ggml.add_space_prefix', bool(addsSpacePrefix(tokenizer))]);
  }
  entries.push(['ggml.token_type', int32s(types)]);
  const special = specialTokens(folder, tokenizer, settings, modelConfig, added);
  for (const [name, id] of special.ids) if (id < vocabulary) entries.push([`ggml.${name}_token_id`, uint32(id)]);
  for (const [name, add] of special.add) entries.push([`ggml.add_${name}_token`, bool(add)]);
  for (const [name, template] of special.chatTemplates) {
    entries.push([name === 'default' ? 'chat_template' : `chat_template.${name}`, text(template)]);
  }
  const others = [...special.chatTemplates.keys()].filter((name) => name !== 'default');
  if (others.length > 0) entries.push(['chat_templates', texts(others)]);
  return entries.map(([key, value]) => [`tokenizer.${key}`, value]);
}

/**
 * Scores that make SentencePiece's merging (the best score first) follow the ranks of BPE's merges: the token that the
 * n-th merge makes gets -n. A token that no merge makes is never merged to; it gets a score below all others.
 */
function scores(tokens: readonly string[], types: readonly number[], merges: readonly (readonly [string, string])[]) {
  const ranks = new Map<string, number>();
  for (const [rank, [left, right]] of merges.entries()) {
    if (!ranks.has(left + right)) ranks.set(left + right, rank);
  }
  return tokens.map((token, id) =>
    types[id] === tokenTypes.normal
      ? -(ranks.get(token) ?? merges.length + id)
      : types[id] === tokenTypes.unused
        ? -1e6
        : 0,
  );
}

function addedTokens(path: string, tokenizer: JsonObject): AddedToken[] {
  const list = Array.isArray(tokenizer.added_tokens) ? tokenizer.added_tokens : [];
  return list.map((token: unknown) => {
    if (isObject(token) && isId(token.id) && typeof token.content === 'string') {
      return { id: token.id, content: token.content, special: token.special === true };
    }
    return failJson(path, {
      en: 'an added token has no id or no text',
      ja: '追加トークンに ID または文字列がありません',
    });
  });
}

function vocabularyById(path: string, model: JsonObject, added: readonly AddedToken[], size: number) {
  const vocab = isObject(model.vocab) ? Object.entries(model.vocab) : [];
  const byId = new Map<number, string>();
  for (const [token, id] of [...vocab, ...added.map((token) => [token.content, token.id] as const)]) {
    if (!isId(id) || id >= size) {
      failJson(path, {
        en: `token '${token}' has the id ${String(id)}, but the model has ${size} tokens`,
        ja: `トークン「${token}」の ID は ${String(id)} ですが、モデルの語彙数は ${size} です`,
      });
    }
    byId.set(id, token);
  }
  if (byId.size === 0) failJson(path, { en: 'it has no tokens', ja: 'トークンがありません' });
  return byId;
}

/** Merges are `"a b"` or, since transformers 4.45, `["a", "b"]`. */
function mergePairs(path: string, model: JsonObject): (readonly [string, string])[] {
  const merges = Array.isArray(model.merges) ? model.merges : [];
  return merges.map((merge: unknown, rank) => {
    const parts = typeof merge === 'string' ? merge.split(' ') : merge;
    if (Array.isArray(parts) && parts.length === 2 && typeof parts[0] === 'string' && typeof parts[1] === 'string') {
      return [parts[0], parts[1]] as const;
    }
    return failJson(path, {
      en: `merge ${rank} is not a pair of tokens`,
      ja: `マージ ${rank} がトークンの組ではありません`,
    });
  });
}

/** A space within a merge would look like its separator; llama.cpp takes U+0120 for it, as byte-level BPE does. */
const spaceless = (token: string) => token.replaceAll(' ', '\u0120');

function usesByteLevel(tokenizer: JsonObject): boolean {
  const types = [...stepTypes(tokenizer.pre_tokenizer), ...stepTypes(tokenizer.decoder)];
  if (types.includes('ByteLevel')) return true;
  const model = isObject(tokenizer.model) ? tokenizer.model : {};
  if (model.byte_fallback === true) return false;
  throw unsupported({
    en: 'a BPE tokenizer that is neither byte-level nor has byte fallback',
    ja: 'バイト単位でもバイトフォールバック付きでもない BPE トークナイザー',
  });
}

function addsSpacePrefix(tokenizer: JsonObject): boolean {
  const step = tokenizer.pre_tokenizer;
  if (isObject(step) && step.type === 'Metaspace') {
    return step.prepend_scheme === undefined ? step.add_prefix_space !== false : step.prepend_scheme !== 'never';
  }
  return stepTypes(tokenizer.normalizer).includes('Prepend');
}

function refuseNormalizer(normalizer: unknown): void {
  // llama.cpp applies none to byte-level BPE. Text is nearly always NFC already, as its own converter assumes.
  const other = stepTypes(normalizer).find((type) => type !== 'NFC');
  if (other !== undefined) throw unsupported({ en: `normalizer '${other}'`, ja: `正規化「${other}」` });
}

/** The types of a step and of those in it, in order. */
function stepTypes(step: unknown): string[] {
  if (!isObject(step)) return [];
  const inner = step.normalizers ?? step.pretokenizers ?? step.decoders;
  return step.type === 'Sequence' && Array.isArray(inner) ? inner.flatMap(stepTypes) : [String(step.type)];
}

/** Some models do not mark their special tokens. Source: does_token_look_special in conversion/base.py of llama.cpp. */
function looksSpecial({ content, special }: AddedToken): boolean {
  return (
    special ||
    /^<\|.*\|>$|^<｜.*｜>$|^<unused\d+>$/su.test(content) ||
    ['<pad>', '<mask>', '<2mass>', '[@BOS@]'].includes(content)
  );
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
