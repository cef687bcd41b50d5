import assert from 'node:assert/strict';
import { test } from 'node:test';
import markdownIt from 'markdown-it';
import { markdownText, plainName, plainText } from '../../../backend/l10n/plainText.ts';
import { hostileTexts } from '../../support/hostileTexts.ts';

const cases: [text: string, shown: string][] = [
  ['support-faq', 'support-faq'],
  ['日本語 🦉 👨‍👩‍👧 é', '日本語 🦉 👨‍👩‍👧 é'],
  ['two\r\nlines\tand\u2028more', 'two lines and more'],
  ['\x1b[31mred\x07', '\ufffd[31mred\ufffd'],
  ['exe\u202egpj.scr', 'exe\ufffdgpj.scr'],
  ['\u2066x\u2069\u200b\ufeff', '\ufffdx\ufffd\ufffd\ufffd'],
  ['\ud800', '\ufffd'],
];
for (const [text, shown] of cases) {
  test(`${JSON.stringify(text)} is shown as ${JSON.stringify(shown)}`, () => {
    assert.equal(plainText(text), shown);
    assert.equal(plainName(text), shown);
  });
}

test('writing from right to left keeps to its place', () => {
  assert.equal(plainName('שלום 1'), '\u2068שלום 1\u2069');
});

const markdown = markdownIt({ html: true, linkify: true });
for (const text of hostileTexts) {
  test(`as Markdown ${JSON.stringify(text)} is text`, () => {
    const html = markdown.render(`before ${markdownText(text)} after`);
    assert.match(html, /^<p>[^<>]*<\/p>\n$/, html);
  });
}
