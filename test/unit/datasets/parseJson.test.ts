import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { JsonSyntaxError } from '../../../backend/datasets/json/jsonSyntaxError.ts';
import { maxJsonDepth, parseJson, parseJsonAt } from '../../../backend/datasets/json/parseJson.ts';
import { testData } from '../../support/testData.ts';

function refusal(text: string): JsonSyntaxError {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error;
    throw error;
  }
  return assert.fail(`accepted ${JSON.stringify(text.slice(0, 80))}`);
}

/** The same outcome as JSON.parse, byte for byte in the value. */
function checkLikeJsonParse(text: string): void {
  let expected: unknown;
  try {
    expected = JSON.parse(text);
  } catch {
    const error = refusal(text);
    assert.ok(error.offset >= 0 && error.offset <= text.length);
    assert.equal(error.truncated, error.offset === text.length, text);
    return;
  }
  const { value } = parseJson(text);
  assert.deepEqual(value, expected, text);
  assert.equal(JSON.stringify(value), JSON.stringify(expected));
}

describe('JSON like JSON.parse', () => {
  test('values that JSON.stringify wrote', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        checkLikeJsonParse(JSON.stringify(value, null, indent));
      }),
      { numRuns: 400 },
    );
  });

  test('the same with one character changed, left out or put in', () => {
    const alphabet = fc.constantFrom(...'{}[]",:\\/ \n\t0123456789.eE+-truefalsnu\'\u0000\u001f\u2028あ\ud800💩');
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 4 }),
        fc.nat(),
        fc.nat(1),
        fc.oneof(alphabet, fc.constant('')),
        (value, seed, cut, put) => {
          const text = JSON.stringify(value);
          const at = seed % (text.length + 1);
          checkLikeJsonParse(text.slice(0, at) + put + text.slice(at + cut));
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('texts of the characters that matter', () => {
    const piece = fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '\\',
        '\\u',
        '\\ud83d',
        '\\udca9',
        '\\n',
        '00',
        '0',
        '1',
        '-',
        '.',
        'e',
        'E+',
      ],
      ...['true', 'false', 'null', 'a', ' ', '\n', '"a"', '"__proto__"', '"constructor"', '/', '\u00a0', '\ufeff'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => checkLikeJsonParse(pieces.join(''))),
      { numRuns: 5000 },
    );
  });

  test('every cut of a text is told as truncated', () => {
    const text = '{"a": [1, -2.5e3, true, null, "x\\u00e9\\n"], "b": {"c": "d"}}';
    for (let length = 0; length < text.length; length++) {
      const error = refusal(text.slice(0, length));
      assert.deepEqual({ truncated: error.truncated, offset: error.offset }, { truncated: true, offset: length });
    }
  });
});

test('__proto__ is a plain key', () => {
  const { value } = parseJson('{"__proto__": {"polluted": 1}, "a": 2}');
  assert.ok(Object.hasOwn(value as object, '__proto__'));
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
});

test('the depth is limited and 100,000 brackets do not break the stack', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  assert.deepEqual(parseJson(nested(maxJsonDepth)).notes, []);
  assert.equal(refusal(nested(maxJsonDepth + 1)).reason, 'tooDeep');
  assert.deepEqual(
    [refusal('['.repeat(100_000)).reason, refusal('{"a":'.repeat(100_000)).reason],
    ['tooDeep', 'tooDeep'],
  );
});

test('what JSON.parse passes over is noted', () => {
  const cases: [string, object[]][] = [
    ['{"a":1,"b":2,"a":3}', [{ kind: 'duplicate_key', offset: 13, subject: 'a' }]],
    ['["\\ud83d\\udca9"]', []],
    ['["x\\ud83d"]', [{ kind: 'lone_surrogate', offset: 3, subject: '\\ud83d' }]],
    ['["\\udca9\\ud83d"]', [{ kind: 'lone_surrogate', offset: 2, subject: '\\udca9' }]],
    ['["\\ud83d\\ud83d\\udca9"]', [{ kind: 'lone_surrogate', offset: 2, subject: '\\ud83d' }]],
  ];
  for (const [text, notes] of cases) assert.deepEqual(parseJson(text).notes, notes, text);
});

test('reasons and offsets', () => {
  const cases: [string, JsonSyntaxError['reason'], number, string?][] = [
    ['', 'endInValue', 0],
    ["{'a': 1}", 'singleQuote', 1],
    ['{"a": None}', 'foreignWord', 6, 'None'],
    ['{"a": True}', 'foreignWord', 6, 'True'],
    ['[NaN]', 'notANumber', 1, 'NaN'],
    ['[-Infinity]', 'notANumber', 1, '-Infinity'],
    ['[+1]', 'plusSign', 1],
    ['[012]', 'leadingZero', 1, '012'],
    ['[1.]', 'digitExpected', 3, ']'],
    ['[1,]', 'trailingComma', 3, ']'],
    ['{"a":1,}', 'trailingComma', 7, '}'],
    ['[1 2]', 'commaOrBracket', 3, '2'],
    ['{"a" 1}', 'colonExpected', 5, '1'],
    ['{"a":1 "b":2}', 'commaOrBrace', 7, '"'],
    ['{a:1}', 'keyExpected', 1, 'a'],
    ['[1] // done', 'comment', 4],
    ['{“a”: 1}', 'fullWidth', 1, '“'],
    ['{"a"：1}', 'fullWidth', 4, '：'],
    ['["a\nb"]', 'lineEndInString', 3],
    ['["a\tb"]', 'controlCharacter', 3],
    ['["C:\\dir"]', 'badEscape', 4, '\\d'],
    ['["\\u12G4"]', 'badUnicodeEscape', 2, '\\u12G4'],
    ['{} {}', 'extraData', 3, '{'],
  ];
  for (const [text, reason, offset, found] of cases) {
    const error = refusal(text);
    assert.deepEqual([error.reason, error.offset], [reason, offset], text);
    if (found !== undefined) assert.equal(error.found, found, text);
  }
});

test('a value inside a longer text', () => {
  const { value, end } = parseJsonAt('[{"a":[1]}  ,{"b":2}]', 1);
  assert.deepEqual([value, end], [{ a: [1] }, 10]);
});

test('JSONTestSuite', (context) => {
  const folder = testData('dirty/jsontestsuite');
  if (folder === null) return context.skip();
  const files = readdirSync(folder);
  assert.ok(files.length > 300);
  for (const file of files) {
    // Files that are not UTF-8 are a matter of the text layer, tested with the import.
    const text: string = readFileSync(join(folder, file), 'utf8');
    if (file.startsWith('y_')) assert.deepEqual(parseJson(text).value, JSON.parse(text), file);
    else if (file.startsWith('n_')) {
      const { offset } = refusal(text);
      assert.ok(offset >= 0 && offset <= text.length, file);
    } else if (file.startsWith('i_structure_UTF-8_BOM')) {
      // The text layer takes the mark away before the parser sees it.
      assert.equal(refusal(text).offset, 0);
    } else checkLikeJsonParse(text);
  }
});
