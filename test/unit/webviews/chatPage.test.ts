/** What a model says is shown safely, and how two answers differ. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { diffWords } from '../../../webviews/chat/diffWords.ts';
import { renderMarkdown } from '../../../webviews/chat/renderMarkdown.ts';

const allowed =
  /^<\/?(?:p|br|strong|em|s|code|pre|ul|ol|li|blockquote|hr|h[1-6]|table|thead|tbody|tr|th|td|a)\b[^<>]*>$/;

/** Every tag that comes out, checked: what else looks like one was escaped. */
function checkSafe(html: string): void {
  for (const [tag] of html.matchAll(/<[^>]*>/g)) {
    assert.match(tag, allowed);
    const attributes = tag.replace(/^<\/?\w+/, '').replace(/\/?>$/, '');
    for (const [, name, value] of attributes.matchAll(/([^\s=]+)="([^"]*)"/g)) {
      assert.ok(['href', 'title', 'class', 'start'].includes(name!), tag);
      if (name === 'href') assert.match(value!, /^(?:https?:|mailto:)/i);
    }
    assert.equal(attributes.replace(/[^\s=]+="[^"]*"/g, '').trim(), '', tag);
  }
}

test('nothing that a model says becomes more than Markdown', () => {
  const hostile = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](  data:text/html,<script>1</script>)',
    '[x](vbscript:1)',
    '[x](command:workbench.action.quit)',
    '![x](https://example.org/x.png)',
    '[x](https://example.org "a\\" onclick=\\"alert(1)")',
    '<https://example.org/" onmouseover="alert(1)>',
    '```"><script>\n</code></pre><script>\n```',
    '| a |\n|:-:|\n| <b>x</b> |',
    '[a]: javascript:alert(1)\n\n[a]',
    '&lt;script&gt;',
  ];
  for (const text of hostile) {
    const html = renderMarkdown(text);
    checkSafe(html);
    assert.doesNotMatch(html, /<(?:script|img|style|iframe)|style=/i);
  }
  const pieces = fc.constantFrom(
    '<',
    '>',
    '"',
    "'",
    '&',
    '`',
    '```',
    '\n',
    '[',
    ']',
    '(',
    ')',
    '!',
    'javascript:',
    '<script>',
    '|',
    '-',
    '*',
    'a',
    ' ',
    '\u0000',
    '\u202e',
  );
  fc.assert(fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => checkSafe(renderMarkdown(parts.join('')))));
});

test('Markdown is shown as Markdown', () => {
  const cases: readonly [string, RegExp][] = [
    ['**b** and *i*', /<strong>b<\/strong> and <em>i<\/em>/],
    ['one\ntwo', /one<br>\s*two/],
    ['```js\nlet a = "<b>";\n```', /<pre><code class="language-js">let a = &quot;&lt;b&gt;&quot;;/],
    ['| a |\n|--:|\n| 1 |', /<table>[\s\S]*<th>a<\/th>[\s\S]*<td>1<\/td>/],
    ['[x](https://example.org)', /<a href="https:\/\/example.org">x<\/a>/],
    ['3. c', /<ol start="3">/],
  ];
  for (const [text, expected] of cases) assert.match(renderMarkdown(text), expected);
});

test('words that only one text has are found', () => {
  const check = (a: string, b: string, expected: readonly [string, string]): void => {
    const [left, right] = [a.split(' '), b.split(' ')];
    const [onlyLeft, onlyRight] = diffWords(left, right);
    const kept = (words: string[], only: readonly boolean[]): string => words.filter((_, at) => only[at]).join(' ');
    assert.deepEqual([kept(left, onlyLeft), kept(right, onlyRight)], expected);
  };
  check('a b c', 'a b c', ['', '']);
  check('a b c', 'a x c', ['b', 'x']);
  check('the red cat sat', 'the cat sat down', ['red', 'down']);
  check('a a a', 'a a', ['a', '']);
});

test('what is not marked is the same on both sides, however long the texts are', () => {
  const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 60 });
  fc.assert(
    fc.property(words, words, (a, b) => {
      const [onlyA, onlyB] = diffWords(a, b);
      assert.deepEqual(
        a.filter((_, at) => !onlyA[at]),
        b.filter((_, at) => !onlyB[at]),
      );
    }),
  );
  const long = (middle: string): string[] => ['start', ...Array.from({ length: 5000 }, (_, at) => middle + at), 'end'];
  const [only] = diffWords(long('x'), long('y'));
  assert.deepEqual([only[0], only[1], only.at(-1)], [false, true, false]);
});
