import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { importText } from '../../support/importText.ts';

const good = (n: number | string) => `{"question":"q${n}","answer":"a${n}"}`;
const lines = (count: number) => Array.from({ length: count }, (_, n) => good(n));

interface Case {
  readonly filename?: string;
  readonly content: string;
  /** Of the error without skipping. */
  readonly code: string;
  /** `code line:column` of the single problems. */
  readonly problems?: string[];
  /** With the broken rows left out: the rows taken, or the code of the error. */
  readonly skipping: number | string;
  readonly says?: RegExp;
}

const cases: Record<string, Case> = {
  'an empty file': { content: '', code: 'dataset_empty', skipping: 'dataset_empty' },
  'white space only': { content: ' \n\t\n', code: 'dataset_blank', skipping: 'dataset_blank' },
  'white space only, as CSV': {
    filename: 'a.csv',
    content: '\r\n\r\n',
    code: 'dataset_blank',
    skipping: 'dataset_blank',
  },
  'a byte order mark only': { content: '\ufeff', code: 'dataset_blank', skipping: 'dataset_blank' },
  'an empty list': { filename: 'a.json', content: '[ ]', code: 'dataset_no_rows', skipping: 'dataset_no_rows' },
  'a header only': {
    ...{
      filename: 'a.csv',
      content: 'question,answer\n',
      code: 'dataset_header_only',
      skipping: 'dataset_header_only',
    },
    says: /question, answer/,
  },
  'a broken line 4,711': {
    content: [...lines(4710), '{"question":"日本😀語","answer":"a"', ...lines(20)].join('\n'),
    ...{ code: 'dataset_rows_broken', problems: ['json_syntax 4711:32'], skipping: 4730 },
    says: /line 4711, column 32: .*ends inside an object/,
  },
  'the column counts characters': {
    content: '{"question":"😀😀が","answer":nil}\n',
    ...{ code: 'dataset_rows_broken', problems: ['json_syntax 1:28'], skipping: 'dataset_no_good_rows' },
  },
  'a truncated last line': {
    content: `${good(1)}\n{"question":"q","ans`,
    ...{ code: 'dataset_rows_broken', problems: ['json_truncated 2:21'], skipping: 1 },
  },
  'a key that stands twice': {
    content: `${good(1)}\n{"question":"q","question":"r","answer":"a"}`,
    ...{ code: 'dataset_rows_broken', problems: ['json_duplicate_key 2:17'], skipping: 1 },
  },
  'half a surrogate pair': {
    content: `${good(1)}\n{"question":"q\\ud83d","answer":"a"}`,
    ...{ code: 'dataset_rows_broken', problems: ['text_unpaired_surrogate 2:15'], skipping: 1 },
  },
  'several kinds of problems': {
    content: [good(1), '', '{"question":"q","answer":""}', '[1]', good(2), "{'question': 1}"].join('\n'),
    code: 'dataset_rows_broken',
    problems: ['row_without_answer 3:1', 'row_not_object 4:1', 'json_syntax 6:2'],
    skipping: 2,
  },
  'a set without answers': {
    content: '{"question":"q","answer":""}\n{"question":"r"}',
    ...{ code: 'dataset_without_answers', problems: ['row_without_answer 1:1', 'row_without_answer 2:1'] },
    skipping: 'dataset_without_answers',
  },
  'a CSV without answers': {
    ...{
      filename: 'a.csv',
      content: 'question\nq\n',
      code: 'dataset_without_answers',
      skipping: 'dataset_without_answers',
    },
  },
  'columns that say nothing': {
    ...{ filename: 'a.csv', content: 'first,second\n1,2\n', code: 'dataset_columns_unknown' },
    ...{ skipping: 'dataset_columns_unknown', says: /first, second/ },
  },
  'a CSV without a header': {
    ...{ filename: 'a.csv', content: 'Who are you?,I am a model.\n', code: 'dataset_columns_unknown' },
    skipping: 'dataset_columns_unknown',
  },
  'two columns for the answer': {
    ...{ filename: 'a.csv', content: 'question,answer,output\n1,2,3\n', code: 'dataset_columns_ambiguous' },
    ...{ skipping: 'dataset_columns_ambiguous', says: /answer, output/ },
  },
  'one column twice': {
    ...{ filename: 'a.csv', content: 'question,answer,answer\n1,2,3\n', code: 'dataset_column_twice' },
    skipping: 'dataset_column_twice',
  },
  'preference data as CSV': {
    ...{ filename: 'a.csv', content: 'prompt,chosen,rejected\n1,2,3\n', code: 'dataset_preference' },
    skipping: 'dataset_preference',
  },
  'CSV rows of the wrong length': {
    ...{ filename: 'a.csv', content: 'question,answer\nq,a\nq\nq,a,b\n"multi\nline",a\nq,"a' },
    code: 'dataset_rows_broken',
    problems: ['csv_field_count 3:1', 'csv_field_count 4:1', 'csv_unclosed_quote 7:3'],
    skipping: 2,
  },
  'text behind a closing quote': {
    ...{ filename: 'a.csv', content: 'question,answer\nq,"a"b\nq,a\n', code: 'dataset_rows_broken' },
    ...{ problems: ['csv_quote 2:6'], skipping: 1 },
  },
  'a quote that is never closed swallows only its line': {
    ...{ filename: 'a.csv', content: 'question,answer\nq,"a\nq,a\nq,a\n', code: 'dataset_rows_broken' },
    ...{ problems: ['csv_unclosed_quote 2:3'], skipping: 2 },
  },
  'a broken element of a list': {
    filename: 'a.json',
    content: `[\n  ${good(1)},\n  {"question": "q", "answer": None},\n  ${good(2)}\n]`,
    ...{ code: 'dataset_rows_broken', problems: ['json_syntax 3:31'], skipping: 2 },
  },
  'a missing quote in a list': {
    filename: 'a.json',
    content: `[\n${good(1)},\n{"question": "q, "answer": "a"},\n${good(2)}\n]`,
    ...{ code: 'dataset_rows_broken', problems: ['json_syntax 3:19'], skipping: 2 },
  },
  'a missing quote in a list of one line each field': {
    filename: 'a.json',
    content: `[\n{\n"question": "q,\n"answer": "a"\n},\n${good(2)}\n]`,
    ...{ code: 'dataset_rows_broken', problems: ['json_syntax 3:16'], skipping: 1 },
  },
  'a missing comma between elements': {
    ...{ filename: 'a.json', content: `[${good(1)}\n${good(2)}]`, code: 'dataset_rows_broken' },
    ...{ problems: ['json_syntax 2:1'], skipping: 2 },
  },
  'a comma too many': {
    ...{ filename: 'a.json', content: `[${good(1)},]`, code: 'dataset_rows_broken' },
    ...{ problems: ['json_syntax 1:34'], skipping: 1 },
  },
  'a list that is cut off': {
    ...{ filename: 'a.json', content: `[\n${good(1)},\n{"question": "q`, code: 'dataset_rows_broken' },
    ...{ problems: ['json_truncated 3:16'], skipping: 1 },
  },
  'a list whose brackets do not match': {
    ...{ filename: 'a.json', content: `[${good(1)},\n{"question":[[[}},${good(2)}]`, code: 'dataset_rows_broken' },
    ...{ problems: ['json_syntax 2:16', 'json_unrecoverable 2:1'], skipping: 1 },
  },
  'a list that is not closed': {
    ...{ filename: 'a.json', content: `[\n${good(1)}\n`, code: 'dataset_rows_broken' },
    ...{ problems: ['json_truncated 3:1'], skipping: 1 },
  },
  'something behind the list': {
    ...{ filename: 'a.json', content: `[${good(1)}] x`, code: 'dataset_rows_broken' },
    ...{ problems: ['json_syntax 1:35'], skipping: 1 },
  },
  'an object without rows': {
    ...{ filename: 'a.json', content: '{"a":1,"b":{"c":[]}}', code: 'dataset_array_missing' },
    ...{ skipping: 'dataset_array_missing', says: /a, b/ },
  },
  'an object with two lists of rows': {
    ...{ filename: 'a.json', content: `{"train":[${good(1)}],"test":[${good(2)}]}`, code: 'dataset_array_ambiguous' },
    ...{ skipping: 'dataset_array_ambiguous', says: /train, test/ },
  },
  'an object that is cut off': {
    ...{ filename: 'a.json', content: `{"rows":[${good(1)},${good(2)}`, code: 'dataset_rows_broken' },
    ...{ problems: ['json_truncated 1:73'], skipping: 2 },
  },
  'plain text': {
    ...{ filename: 'a.txt', content: 'Once upon a time.\n', code: 'dataset_format_unknown' },
    skipping: 'dataset_format_unknown',
  },
};

describe('what is wrong is told with its place', () => {
  for (const [name, { filename = 'a.jsonl', content, code, problems = [], skipping, says }] of Object.entries(cases)) {
    test(name, async (context) => {
      const strict = await importText(context, content, { filename });
      assert.equal(strict.code, code);
      if (says !== undefined) assert.match('message' in strict ? strict.message : '', says);
      const places = strict.problems.map((problem) => `${problem.code} ${problem.line}:${problem.column}`);
      if (problems.length > 0) assert.deepEqual(places, problems);
      const skipped = await importText(context, content, { filename, skipBroken: true });
      assert.equal(skipped.code ?? skipped.rows.length, skipping);
      if (skipped.code === null) {
        assert.deepEqual(
          skipped.problems.map(({ code, line, column }) => `${code} ${line}:${column}`),
          problems,
        );
      }
    });
  }
});

test('the first 100 problems are listed, all are counted', async (context) => {
  const content = `${good(1)}\n${'nonsense\n'.repeat(2500)}${good(2)}\n`;
  const strict = await importText(context, content);
  assert.ok(strict.code === 'dataset_rows_broken');
  assert.deepEqual([strict.details.count, strict.problems.length], [2500, 100]);
  const skipped = await importText(context, content, { skipBroken: true });
  assert.ok(skipped.code === null);
  assert.deepEqual([skipped.problemCount, skipped.problems.length, skipped.dataset.skipped_rows], [2500, 100, 2500]);
  assert.equal(skipped.rows.length, 2);
});

test('problems are told in the language asked for', async (context) => {
  const content = `${good(1)}\n{"question":"q","answer":None}\n{"question":1,"answer":"a"}`;
  const { problems } = await importText(context, content, { language: 'ja', skipBroken: true });
  assert.deepEqual(
    problems.map(({ message }) => message),
    [
      'JSON が壊れています: None は JSON ではありません。null、true、false のいずれかを使います。',
      'question は数値です。文字列が必要です。',
    ],
  );
});

test('a row over the limit is refused, and what follows it is read', async (context) => {
  const huge = `{"question":"q","answer":"${'a'.repeat(1_100_000)}"}`;
  const contents = { 'a.jsonl': `${huge}\n${good(1)}\n`, 'a.json': `[${huge},${good(1)}]` };
  for (const [filename, content] of Object.entries(contents)) {
    const result = await importText(context, content, { filename, skipBroken: true });
    assert.ok(result.code === null, filename);
    assert.deepEqual(
      [result.rows.length, result.problems.map(({ code, line }) => `${code} ${line}`)],
      [1, ['row_too_large 1']],
      filename,
    );
  }
});
