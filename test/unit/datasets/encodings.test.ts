import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { importText } from '../../support/importText.ts';

const rows = (question: string, answer: string) => `${JSON.stringify({ question, answer })}\n`;
const text = rows('日本の首都は?', '東京です。😀') + rows('Café?', 'Crème brûlée.');
const utf16 = (content: string) => Buffer.from(content, 'utf16le');

describe('encodings that are read', () => {
  const encodings: Record<string, Buffer> = {
    'UTF-8': Buffer.from(text),
    'UTF-8 with a mark': Buffer.from(`\ufeff${text}`),
    'UTF-16 LE with a mark': utf16(`\ufeff${text}`),
    'UTF-16 BE with a mark': utf16(`\ufeff${text}`).swap16(),
    'UTF-16 LE': utf16(text),
    'UTF-16 BE': utf16(text).swap16(),
  };
  for (const [name, bytes] of Object.entries(encodings)) {
    test(name, async (context) => {
      const result = await importText(context, bytes);
      assert.ok(result.code === null, result.code ?? '');
      assert.deepEqual(
        result.rows.map(({ messages }) => messages[1]?.content),
        ['東京です。😀', 'Crème brûlée.'],
      );
    });
  }
});

describe('encodings that are named', () => {
  // Bytes as the encodings have them; Node writes none of them but Latin-1.
  const cases: [string, Buffer, string][] = [
    [
      'Shift_JIS',
      Buffer.from('8ec095f12c89f1939a0a93fa967b82cc8ef193732c93cc8b9e82c582b7814 2'.replace(' ', ''), 'hex'),
      'Shift_JIS',
    ],
    [
      'katakana in Shift_JIS',
      Buffer.from('question,answer\n\x83\\\x81[\x83g,\x83A\x83C\x83E\n', 'latin1'),
      'Shift_JIS',
    ],
    ['EUC-JP', Buffer.from('a3c12ca3c20acec6cbdca4cebcd4c5d42cc5ecb5fea4c7a4b9a1a3', 'hex'), 'EUC-JP'],
    [
      'Windows-1252',
      Buffer.from('question,answer\nCaf\xe9?,Cr\xe8me br\xfbl\xe9e \x96 d\x92accord\n', 'latin1'),
      'Windows-1252',
    ],
  ];
  for (const [name, bytes, encoding] of cases) {
    test(name, async (context) => {
      for (const skipBroken of [false, true]) {
        const result = await importText(context, bytes, { filename: 'a.csv', skipBroken });
        assert.ok(result.code === 'dataset_other_encoding', result.code ?? '');
        assert.equal(result.details.encoding, encoding);
      }
    });
  }
});

describe('bytes that are not UTF-8', () => {
  test('a damaged character is told with line, column and byte, and can be stepped over', async (context) => {
    const damaged = Buffer.from(`${text}${rows('質問', '回?答')}${text}`);
    const at = damaged.indexOf('?', Buffer.byteLength(text));
    damaged[at] = 0x93;
    const strict = await importText(context, damaged);
    assert.ok(strict.code === 'dataset_not_utf8', strict.code ?? '');
    assert.deepEqual(strict.details, { file: 'data.jsonl', line: 3, column: 29, byte: '0x93', offset: at + 1 });
    const skipping = await importText(context, damaged, { skipBroken: true });
    assert.ok(skipping.code === null);
    assert.deepEqual(
      [skipping.rows.length, skipping.problems[0]?.code, skipping.problems[0]?.line],
      [4, 'text_not_utf8', 3],
    );
  });

  test('every kind of invalid sequence', async (context) => {
    const sequences = [
      '80',
      'bf',
      'c0af',
      'c1bf',
      'c3',
      'e08080',
      'eda080',
      'e4b8',
      'f08080af',
      'f48fbf',
      'f4908080',
      'f8888080',
      'ff',
    ];
    for (const sequence of sequences) {
      const bytes = Buffer.concat([
        Buffer.from(`${text}${text}{"question":"q","answer":"`),
        Buffer.from(sequence, 'hex'),
        Buffer.from('"}'),
      ]);
      const result = await importText(context, bytes);
      assert.deepEqual([result.code, 'details' in result && result.details.line], ['dataset_not_utf8', 5], sequence);
    }
  });

  test('half a pair in UTF-16', async (context) => {
    const bytes = utf16(`\ufeff${text}{"question":"q","answer":"\ud83d"}\n`);
    const { problems } = await importText(context, bytes);
    assert.deepEqual(
      problems.map(({ code, line, column }) => [code, line, column]),
      [['text_unpaired_surrogate', 3, 27]],
    );
  });
});

test('characters across the borders of what is read at once', async (context) => {
  const answer = '日😀é'.repeat(40_000);
  for (let shift = 0; shift < 4; shift++) {
    const content = rows('x'.repeat(shift), answer) + rows('q', answer);
    for (const bytes of [Buffer.from(content), utf16(`\ufeff${content}`)]) {
      const result = await importText(context, bytes, { skipBroken: true });
      const taken = result.code === null ? result.rows.map(({ messages }) => messages.at(-1)?.content === answer) : [];
      // The first row has no question where it is not shifted.
      assert.deepEqual(taken, shift === 0 ? [true] : [true, true]);
    }
  }
});

test('any bytes are read or refused, never a crash', async (context) => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string({ unit: 'binary', maxLength: 100 }).map((content) => Buffer.from(content)),
    fc
      .uint8Array({ minLength: 1, maxLength: 3 })
      .map((junk) => Buffer.concat([Buffer.from(text), junk, Buffer.from(text)])),
  );
  const filename = fc.constantFrom('a.jsonl', 'a.json', 'a.csv', 'a');
  await fc.assert(
    fc.asyncProperty(bytes, filename, fc.boolean(), async (content, name, skipBroken) => {
      await importText(context, Buffer.from(content), { filename: name, skipBroken });
    }),
    { numRuns: 150 },
  );
});
