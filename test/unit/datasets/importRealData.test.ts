import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { importPath } from '../../support/importText.ts';
import { tempDir } from '../../support/tempDir.ts';
import { testData } from '../../support/testData.ts';

/** Rows taken, or the error's code; with `skip`, the rows that are good where others are not. */
const expected: Record<string, { readonly rows: number } | { readonly code: string; readonly skip?: number }> = {
  'sft-data/en/fastchat_dummy_conversation_sharegpt.json': { rows: 500 },
  'sft-data/en/gsm8k_train.jsonl': { rows: 7473 },
  // Its answers lie one level deeper, in "instances".
  'sft-data/en/self_instruct_seed_tasks.jsonl': { code: 'dataset_without_answers' },
  'sft-data/fixtures/litgpt_dolly.json': { rows: 12 },
  'sft-data/fixtures/litgpt_longform_train.json': { rows: 17 },
  'sft-data/fixtures/litgpt_longform_val.json': { rows: 9 },
  'sft-data/fixtures/mlx_dpo_train.jsonl': { code: 'dataset_preference' },
  'sft-data/fixtures/mlx_dpo_valid.jsonl': { code: 'dataset_preference' },
  'sft-data/fixtures/torchtune_chat_tiny.json': { rows: 1 },
  'sft-data/fixtures/torchtune_hh_rlhf_tiny.json': { code: 'dataset_preference' },
  'sft-data/fixtures/torchtune_instruct_tiny.json': { rows: 2 },
  'sft-data/ja/instruction_ja.jsonl': { rows: 669 },
  'sft-data/ja/ja_vicuna_question.jsonl': { code: 'dataset_columns_unknown' },
  'sft-data/ja/ja_vicuna_reference_gpt4.jsonl': { code: 'dataset_columns_unknown' },
  // A question with choices and the number of the right one.
  'sft-data/ja/jcommonsenseqa_train.jsonl': { code: 'dataset_without_answers' },
  'sft-data/llamafactory/dataset_info.json': { code: 'dataset_array_missing' },
  'sft-data/llamafactory/dpo_en_demo.json': { code: 'dataset_preference' },
  'sft-data/llamafactory/glaive_toolcall_en_demo.json': { rows: 300 },
  'sft-data/llamafactory/identity.json': { rows: 91 },
  'sft-data/llamafactory/wiki_demo.txt': { code: 'dataset_format_unknown' },
  'dirty/axolotl_alpaca.json': { rows: 2 },
  'dirty/axolotl_conversation.json': { rows: 1 },
  'dirty/axolotl_conversation.missingturns.json': { code: 'dataset_rows_broken' },
  'dirty/blns.json': { code: 'dataset_rows_not_objects' },
  // One of its five conversations has no user.
  'dirty/openai_toy_chat_fine_tuning.jsonl': { code: 'dataset_rows_broken', skip: 4 },
  'dirty/random.bin': { code: 'dataset_binary' },
  'dirty/test_mskanji_cp932.csv': { code: 'dataset_other_encoding' },
};
const folders: Record<string, string> = {
  'dirty/csv-spectrum/csvs': 'dataset_columns_unknown',
  'dirty/gguf-bad': 'dataset_binary',
  'dirty/gguf-odd': 'dataset_binary',
  'dirty/parquet-odd': 'dataset_binary',
};

describe('data sets as other tools ship them', () => {
  for (const [file, outcome] of Object.entries(expected)) {
    test(file, async (context) => {
      const path = testData(file);
      if (path === null) return context.skip();
      const filename = basename(file);
      const strict = await importPath(tempDir(context), path, { filename });
      if ('rows' in outcome) {
        assert.ok(strict.code === null, strict.code ?? '');
        assert.deepEqual(
          [strict.rows.length, strict.dataset.rows, strict.problemCount],
          [outcome.rows, outcome.rows, 0],
        );
        return;
      }
      assert.equal(strict.code, outcome.code);
      if (outcome.skip === undefined) return;
      const skipping = await importPath(tempDir(context), path, { filename, skipBroken: true });
      assert.equal(skipping.code === null && skipping.rows.length, outcome.skip);
    });
  }

  test('no file of the folders was forgotten', (context) => {
    for (const folder of ['sft-data/en', 'sft-data/fixtures', 'sft-data/ja', 'sft-data/llamafactory', 'dirty']) {
      const path = testData(folder);
      if (path === null) return context.skip();
      const files = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isFile());
      for (const { name } of files) assert.ok(`${folder}/${name}` in expected, `${folder}/${name}`);
    }
  });
});

describe('files that are no data sets', () => {
  for (const [folder, code] of Object.entries(folders)) {
    test(folder, async (context) => {
      const path = testData(folder);
      if (path === null) return context.skip();
      for (const name of readdirSync(path)) {
        const { code: found } = await importPath(tempDir(context), join(path, name), { filename: name });
        assert.equal(found, code, name);
      }
    });
  }

  test('every text of JSONTestSuite is refused or read, with a place where it is no JSON', async (context) => {
    const path = testData('dirty/jsontestsuite');
    if (path === null) return context.skip();
    const accepted: string[] = [];
    for (const name of readdirSync(path)) {
      const result = await importPath(tempDir(context), join(path, name), { filename: name, format: 'json' });
      if (result.code === null) accepted.push(name);
      if (!name.startsWith('n_') || result.code !== 'dataset_rows_broken') continue;
      assert.ok(result.problems[0]!.line! >= 1 && result.problems[0]!.column! >= 1, name);
    }
    // None of them is a data set, whatever else it is.
    assert.deepEqual(accepted, []);
  });
});
