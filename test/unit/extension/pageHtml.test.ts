import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageHtml } from '../../../extension/webviewHost/pageHtml.ts';
import { PageStart } from '../../../webviews/contract/pageStart.ts';

const source = 'https://example.test';
const html = (state: unknown, title = 'Run'): string =>
  pageHtml({ source, file: (name) => `${source}/${name}`, name: 'run', title, language: 'ja', state, nonce: 'abc' });

test('only what has the nonce runs, and nothing is fetched', () => {
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html({}))?.[1]?.replaceAll('&#39;', "'") ?? '';
  assert.match(policy, /default-src 'none'; script-src 'nonce-abc'; style-src https:\/\/example\.test;/);
  assert.doesNotMatch(policy, /unsafe|connect-src|\*/);
  assert.deepEqual([...html({}).matchAll(/<script[^>]*>/g)].map(String), [
    '<script nonce="abc" type="module" src="https://example.test/run.js">',
  ]);
});

for (const name of ['</script><script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "it's & <b>", '‮abc 🦉']) {
  test(`a name like ${JSON.stringify(name)} stays text`, () => {
    const text = html({ name }, name);
    assert.equal([...text.matchAll(/<script/g)].length, 1);
    assert.doesNotMatch(text, /<img|<b>/);
    const start = /data-start="([^"]*)"/.exec(text)?.[1] ?? '';
    const unescaped = start
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&amp;', '&');
    assert.deepEqual(PageStart.parse(JSON.parse(unescaped)), { language: 'ja', state: { name } });
  });
}
