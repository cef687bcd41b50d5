import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { dequantise, hasCodec, quantise } from '../../../native/formats/codecs.ts';
import { boolOf, numberOf, textOf, textsOf } from '../../../native/formats/gguf/ggufValue.ts';
import { type GgufHeader, openGguf, readGgufHeader } from '../../../native/formats/gguf/readGguf.ts';
import { importHuggingFace } from '../../../native/formats/huggingFace/importHuggingFace.ts';
import { writeSafetensors } from '../../../native/formats/safetensors/writeSafetensors.ts';
import { tempDir } from '../../support/tempDir.ts';
import { testData } from '../../support/testData.ts';
import { byteTokenizer, tensorsFor, tinyConfig, writeHfFolder } from './hfFolder.ts';
import { readsOrRefuses, refuses } from './hostile.ts';

const tinyStories = testData('models/tinystories-656k-hf');

function valuesOf(path: string, name: string): Float32Array {
  using gguf = openGguf(path);
  const tensor = gguf.tensor(name)!;
  assert.ok(hasCodec(tensor.type));
  return dequantise(tensor.type, gguf.read(tensor));
}

function typesOf(header: GgufHeader): Record<string, string> {
  return Object.fromEntries(header.tensors.map(({ name, type }) => [name, type]));
}

test('a real model gets the metadata that it needs', { skip: tinyStories === null }, (context) => {
  const output = join(tempDir(context), 'model.gguf');
  let progress = 0;
  const onProgress = (fraction: number) => {
    assert.ok(fraction >= progress);
    progress = fraction;
  };
  const imported = importHuggingFace(tinyStories!, output, { onProgress });
  assert.deepEqual(imported, { architecture: 'llama', parameters: 656000, tensors: 20 });
  assert.equal(progress, 1);
  const { metadata, tensors } = readGgufHeader(output);
  const numbers = {
    'llama.block_count': 2,
    'llama.context_length': 512,
    'llama.embedding_length': 128,
    'llama.feed_forward_length': 384,
    'llama.attention.head_count': 8,
    'llama.attention.head_count_kv': 4,
    'llama.rope.dimension_count': 16,
    'llama.rope.freq_base': 10000,
    'llama.vocab_size': 2048,
    'general.file_type': 0,
    'tokenizer.ggml.bos_token_id': 1,
    'tokenizer.ggml.eos_token_id': 2,
    'tokenizer.ggml.unknown_token_id': 0,
    'tokenizer.ggml.padding_token_id': 0,
  };
  for (const [key, value] of Object.entries(numbers)) assert.equal(numberOf(metadata, key), value, key);
  assert.equal(textOf(metadata, 'general.size_label'), '656K');
  assert.equal(textOf(metadata, 'tokenizer.ggml.model'), 'llama');
  assert.equal(boolOf(metadata, 'tokenizer.ggml.add_bos_token'), true);
  assert.equal(boolOf(metadata, 'tokenizer.ggml.add_eos_token'), false);
  assert.equal(boolOf(metadata, 'tokenizer.ggml.add_space_prefix'), true);
  assert.equal(textsOf(metadata, 'tokenizer.ggml.tokens')?.[1], '<|start_story|>');
  assert.deepEqual([...(metadata.get('tokenizer.ggml.token_type')!.value as Int32Array)].slice(0, 4), [2, 3, 3, 1]);
  // The first merge is "e ▁", the best score is 0.
  const merged = textsOf(metadata, 'tokenizer.ggml.tokens')!.indexOf('e▁');
  assert.equal(Math.abs((metadata.get('tokenizer.ggml.scores')!.value as Float32Array)[merged]!), 0);
  assert.equal(
    tensors.find(({ name }) => name === 'output.weight'),
    undefined,
  );
});

test('matrices are stored as asked, norms and biases as F32', (context) => {
  const folder = tempDir(context);
  const model = writeHfFolder(join(folder, 'hf'), { ...tinyConfig, architectures: ['Qwen2ForCausalLM'] });
  const output = join(folder, 'model.gguf');
  const sources = new Map(
    tensorsFor({ ...tinyConfig, architectures: ['Qwen2ForCausalLM'] }).map((t) => [t.name, t.data]),
  );
  for (const [outputType, fileType] of [
    ['F32', 0],
    ['F16', 1],
    ['BF16', 32],
    ['Q8_0', 7],
  ] as const) {
    importHuggingFace(model, output, { outputType });
    const header = readGgufHeader(output);
    const types = typesOf(header);
    assert.equal(numberOf(header.metadata, 'general.file_type'), fileType);
    assert.equal(types['blk.1.ffn_down.weight'], outputType);
    assert.equal(types['token_embd.weight'], outputType);
    for (const name of ['blk.0.attn_q.bias', 'blk.1.ffn_norm.weight', 'output_norm.weight'])
      assert.equal(types[name], 'F32');
    const expected = dequantise(
      outputType,
      quantise(outputType, sources.get('model.layers.1.self_attn.k_proj.weight')!),
    );
    assert.deepEqual(valuesOf(output, 'blk.1.attn_k.weight'), expected);
    assert.deepEqual(valuesOf(output, 'blk.0.attn_q.bias'), sources.get('model.layers.0.self_attn.q_proj.bias'));
  }
});

test("Q and K of llama are interleaved by heads, also their biases; qwen2's are not", (context) => {
  const folder = tempDir(context);
  const output = join(folder, 'model.gguf');
  const config = { ...tinyConfig, attention_bias: true };
  const sources = new Map(tensorsFor(config).map((tensor) => [tensor.name, tensor.data]));
  importHuggingFace(writeHfFolder(join(folder, 'llama'), config), output);
  for (const [part, source] of [
    ['attn_q', 'q_proj'],
    ['attn_k', 'k_proj'],
  ] as const) {
    for (const [kind, width] of [
      ['weight', 64],
      ['bias', 1],
    ] as const) {
      const from = sources.get(`model.layers.1.self_attn.${source}.${kind}`)!;
      const to = valuesOf(output, `blk.1.${part}.${kind}`);
      // Heads of 16 rows: row 2 i of ggml is i, row 2 i + 1 is i + 8.
      for (let row = 0; row < from.length / width; row++) {
        const within = row % 16;
        const sourceRow = row - within + (within % 2) * 8 + Math.floor(within / 2);
        assert.deepEqual(
          to.subarray(row * width, (row + 1) * width),
          from.subarray(sourceRow * width, (sourceRow + 1) * width),
        );
      }
    }
  }
  assert.deepEqual(valuesOf(output, 'blk.1.attn_v.weight'), sources.get('model.layers.1.self_attn.v_proj.weight'));
});

test('an untied head and shards with an index', (context) => {
  const folder = join(tempDir(context), 'hf');
  const config = { ...tinyConfig, tie_word_embeddings: false };
  const tensors = tensorsFor(config);
  const halves = [tensors.slice(0, 7), tensors.slice(7)];
  const names = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
  const index = {
    weight_map: Object.fromEntries(halves.flatMap((half, i) => half.map(({ name }) => [name, names[i]]))),
  };
  writeHfFolder(folder, config, { 'model.safetensors': null, 'model.safetensors.index.json': index });
  for (const [i, half] of halves.entries()) writeSafetensors(join(folder, names[i]!), half);
  const output = join(folder, 'model.gguf');
  importHuggingFace(folder, output);
  assert.deepEqual(valuesOf(output, 'output.weight'), tensors.at(-1)!.data);
  for (const evil of ['../model.safetensors', '/etc/passwd', 'config.json', 7]) {
    writeFileSync(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: { a: evil } }));
    refuses(() => importHuggingFace(folder, output), 'model_damaged', /is not the name of a safetensors file/);
  }
});

test('rope scaling is passed on', (context) => {
  const folder = tempDir(context);
  const output = join(folder, 'model.gguf');
  const imported = (extra: object) => {
    importHuggingFace(writeHfFolder(join(folder, 'hf'), { ...tinyConfig, ...extra }), output);
    return readGgufHeader(output).metadata;
  };
  const linear = imported({ rope_scaling: { type: 'linear', factor: 4 } });
  assert.equal(textOf(linear, 'llama.rope.scaling.type'), 'linear');
  assert.equal(numberOf(linear, 'llama.rope.scaling.factor'), 4);
  const yarn = imported({
    rope_parameters: {
      rope_type: 'yarn',
      rope_theta: 5e5,
      factor: 2,
      original_max_position_embeddings: 64,
      beta_fast: 16,
    },
  });
  assert.equal(textOf(yarn, 'llama.rope.scaling.type'), 'yarn');
  assert.equal(numberOf(yarn, 'llama.rope.scaling.original_context_length'), 64);
  assert.equal(numberOf(yarn, 'llama.rope.scaling.yarn_beta_fast'), 16);
  assert.equal(numberOf(yarn, 'llama.rope.freq_base'), 5e5);
  const llama3 = {
    rope_type: 'llama3',
    factor: 32,
    low_freq_factor: 1,
    high_freq_factor: 4,
    original_max_position_embeddings: 128,
  };
  imported({ rope_scaling: llama3 });
  const factors = valuesOf(output, 'rope_freqs.weight');
  assert.equal(factors.length, 8);
  assert.equal(factors[0], 1);
  assert.equal(factors[7], 32);
  // Pair 2 has a wavelength of 2 pi 10000^(4/16) = 62.8, between 128/4 and 128/1.
  const smooth = (128 / (2 * Math.PI * 10) - 1) / 3;
  assert.ok(Math.abs(factors[2]! - 1 / ((1 - smooth) / 32 + smooth)) < 1e-5);
});

test('the tokenizer of a byte-level BPE is passed on', (context) => {
  const folder = tempDir(context);
  const output = join(folder, 'model.gguf');
  const config = { ...tinyConfig, vocab_size: 266 };
  const files = {
    'tokenizer_config.json': { eos_token: '<|end|>', bos_token: null, add_bos_token: false, chat_template: 'T' },
    'generation_config.json': { bos_token_id: 9 },
  };
  importHuggingFace(writeHfFolder(join(folder, 'hf'), config, files), output, { name: 'My model' });
  const { metadata } = readGgufHeader(output);
  assert.equal(textOf(metadata, 'general.name'), 'My model');
  assert.equal(textOf(metadata, 'tokenizer.ggml.model'), 'gpt2');
  assert.equal(textOf(metadata, 'tokenizer.ggml.pre'), 'qwen2');
  assert.deepEqual(textsOf(metadata, 'tokenizer.ggml.merges'), ['h e', 'l l', 'he ll', 'hell o', 'Ġ w', 'o r']);
  assert.deepEqual(textsOf(metadata, 'tokenizer.ggml.tokens')?.slice(260), [
    'Ġw',
    'or',
    '<|begin|>',
    '<|end|>',
    '[PAD264]',
    '[PAD265]',
  ]);
  assert.deepEqual([...(metadata.get('tokenizer.ggml.token_type')!.value as Int32Array)].slice(261), [1, 3, 3, 5, 5]);
  assert.equal(numberOf(metadata, 'tokenizer.ggml.bos_token_id'), 262);
  assert.equal(numberOf(metadata, 'tokenizer.ggml.eos_token_id'), 263);
  assert.equal(boolOf(metadata, 'tokenizer.ggml.add_bos_token'), false);
  assert.equal(textOf(metadata, 'tokenizer.chat_template'), 'T');
});

test('the pre-tokenizer is recognised or refused, never guessed', (context) => {
  const folder = tempDir(context);
  const output = join(folder, 'model.gguf');
  const preOf = (preTokenizer: unknown, ignoreMerges: boolean, given?: string) => {
    const tokenizer = {
      ...byteTokenizer,
      pre_tokenizer: preTokenizer,
      model: { ...byteTokenizer.model, ignore_merges: ignoreMerges },
    };
    const model = writeHfFolder(join(folder, 'hf'), tinyConfig, { 'tokenizer.json': tokenizer });
    importHuggingFace(model, output, given === undefined ? {} : { preTokenizer: given });
    return textOf(readGgufHeader(output).metadata, 'tokenizer.ggml.pre');
  };
  const byteLevel = (useRegex: boolean) => ({ type: 'ByteLevel', add_prefix_space: false, use_regex: useRegex });
  const split = (regex: string) => ({ type: 'Split', pattern: { Regex: regex }, behavior: 'Isolated', invert: false });
  const llama3 =
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  const sequence = (...pretokenizers: unknown[]) => ({ type: 'Sequence', pretokenizers });
  assert.equal(preOf(byteLevel(true), false), 'gpt-2');
  assert.equal(preOf(sequence({ type: 'Digits', individual_digits: true }, byteLevel(true)), false), 'smollm');
  assert.equal(preOf(sequence(split(llama3), byteLevel(false)), true), 'llama-bpe');
  assert.equal(preOf(sequence(split(llama3), byteLevel(false)), false), 'smaug-bpe');
  refuses(() => preOf(sequence(split('\\d'), byteLevel(false)), false), 'model_feature', /pre-tokenizer 'Split \\d/);
  refuses(() => preOf({ ...byteLevel(true), add_prefix_space: true }, false), 'model_feature', /prefix/);
  assert.equal(preOf(sequence(split('\\d'), byteLevel(false)), false, 'deepseek-llm'), 'deepseek-llm');
});

test('chat templates are found in all their places', (context) => {
  const folder = tempDir(context);
  const output = join(folder, 'model.gguf');
  const templates = (name: string, files: Record<string, unknown>) => {
    importHuggingFace(writeHfFolder(join(folder, name), tinyConfig, files), output);
    const { metadata } = readGgufHeader(output);
    return [textOf(metadata, 'tokenizer.chat_template'), textOf(metadata, 'tokenizer.chat_template.tools')];
  };
  assert.deepEqual(templates('a', {}), [undefined, undefined]);
  assert.deepEqual(templates('b', { 'chat_template.jinja': 'J' }), ['J', undefined]);
  assert.deepEqual(templates('c', { 'chat_template.json': { chat_template: 'O' } }), ['O', undefined]);
  const list = [
    { name: 'default', template: 'D' },
    { name: 'tools', template: 'U' },
  ];
  assert.deepEqual(templates('d', { 'tokenizer_config.json': { chat_template: list } }), ['D', 'U']);
});

test('what cannot be imported is refused by name, before anything is written', (context) => {
  const folder = tempDir(context);
  const output = join(folder, 'model.gguf');
  let count = 0;
  const attempt = (config: object, files: Record<string, unknown> = {}, tensors = tensorsFor(tinyConfig)) => {
    const all = { ...tinyConfig, ...config };
    return () => importHuggingFace(writeHfFolder(join(folder, `hf${count++}`), all, files, tensors), output);
  };
  const tokenizer = (change: object) => ({ 'tokenizer.json': { ...byteTokenizer, ...change } });
  const without = (name: string) => tensorsFor(tinyConfig).filter((tensor) => tensor.name !== name);
  refuses(
    attempt({ architectures: ['RwkvForCausalLM'] }),
    'model_architecture',
    /RwkvForCausalLM.*LlamaForCausalLM, Qwen2ForCausalLM/,
  );
  refuses(attempt({ architectures: ['toString'] }), 'model_architecture', /toString/);
  refuses(attempt({ architectures: undefined }), 'model_architecture', /unknown/);
  refuses(attempt({ hidden_act: 'gelu' }), 'model_feature', /gelu/);
  refuses(attempt({ rope_scaling: { type: 'dynamic', factor: 2 } }), 'model_feature', /dynamic/);
  refuses(attempt({ use_sliding_window: true }), 'model_feature', /sliding window/);
  refuses(attempt({ quantization_config: { quant_method: 'gptq' } }), 'model_feature', /gptq/);
  refuses(attempt({ partial_rotary_factor: 0.5 }), 'model_feature', /partial_rotary_factor/);
  refuses(attempt({ hidden_size: -64 }), 'model_damaged', /'hidden_size' is not a positive whole number/);
  refuses(attempt({ num_key_value_heads: 3 }), 'model_damaged', /do not go together/);
  refuses(attempt({ rope_theta: 'x' }), 'model_damaged', /rope_theta/);
  refuses(attempt({ intermediate_size: 128 }), 'model_tensor', /gate_proj.*\[96, 64\].*\[128, 64\]/);
  refuses(attempt({}, {}, without('model.norm.weight')), 'model_tensor', /model.norm.weight it is missing/);
  refuses(attempt({ architectures: ['Qwen2ForCausalLM'] }), 'model_tensor', /q_proj.bias it is missing/);
  const strange = { name: 'model.layers.0.strange', shape: [1], data: new Float32Array(1) };
  refuses(attempt({}, {}, [...tensorsFor(tinyConfig), strange]), 'model_tensor', /strange.*has no such tensor/);
  refuses(attempt({}, { 'model.safetensors': null }), 'model_damaged', /holds no model\*\.safetensors/);
  refuses(attempt({}, { 'model.safetensors': 'x' }), 'model_damaged', /too short/);
  refuses(attempt({}, { 'config.json': '{' }), 'model_damaged', /not JSON/);
  refuses(attempt({}, { 'config.json': '[]' }), 'model_damaged', /not a JSON object/);
  refuses(attempt({}, { 'tokenizer.json': null }), 'model_damaged', /no such file/);
  refuses(attempt({}, { 'tokenizer.json': null, 'tokenizer.model': 'x' }), 'model_feature', /tokenizer\.model/);
  refuses(attempt({}, tokenizer({ model: { type: 'WordPiece' } })), 'model_feature', /WordPiece/);
  refuses(attempt({}, tokenizer({ normalizer: { type: 'Lowercase' } })), 'model_feature', /Lowercase/);
  refuses(attempt({}, tokenizer({ model: { ...byteTokenizer.model, merges: ['a b c'] } })), 'model_damaged', /merge 0/);
  refuses(attempt({}, tokenizer({ added_tokens: [{ id: 999, content: 'x' }] })), 'model_damaged', /'x' has the id 999/);
  refuses(attempt({}, tokenizer({ added_tokens: [{}] })), 'model_damaged', /an added token/);
  assert.ok(!readdirSync(folder).some((name) => name.startsWith('model.gguf')));
});

test('any change of the JSON files is imported or refused', (context) => {
  const folder = writeHfFolder(join(tempDir(context), 'hf'), tinyConfig, {
    'tokenizer_config.json': { bos_token: 'x' },
  });
  const output = join(folder, 'out.gguf');
  const names = ['config.json', 'tokenizer.json', 'tokenizer_config.json'] as const;
  const originals = new Map(names.map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8'))]));
  const junk = fc.jsonValue();
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.nat(), fc.nat(), junk, (name, first, second, value) => {
      // Puts any JSON in place of a value of the file, at the top or one level below.
      const changed = structuredClone(originals.get(name));
      const keys = Object.keys(changed);
      const key = keys[first % keys.length]!;
      const inner = changed[key];
      const innerKeys = typeof inner === 'object' && inner !== null ? Object.keys(inner) : [];
      if (innerKeys.length > 0 && second % 2 === 1) inner[innerKeys[second % innerKeys.length]!] = value;
      else changed[key] = value;
      writeFileSync(join(folder, name), JSON.stringify(changed));
      readsOrRefuses(() => importHuggingFace(folder, output));
      writeFileSync(join(folder, name), JSON.stringify(originals.get(name)));
    }),
    { numRuns: 150 },
  );
});

test('values that Q8_0 cannot hold are told with their tensor', (context) => {
  const folder = tempDir(context);
  const tensors = tensorsFor(tinyConfig);
  tensors[3]!.data[5] = Number.NaN;
  const model = writeHfFolder(join(folder, 'hf'), tinyConfig, {}, tensors);
  const output = join(folder, 'model.gguf');
  refuses(
    () => importHuggingFace(model, output, { outputType: 'Q8_0' }),
    'model_tensor',
    new RegExp(`${tensors[3]!.name}.*NaN`),
  );
  assert.deepEqual(readdirSync(folder), ['hf']);
});
