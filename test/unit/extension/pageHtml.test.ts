/** What a page may do is said in its document, before any of its own code runs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageHtml } from '../../../extension/webviewHost/pageHtml.ts';

const hostile = `"><script>alert(1)</script><img src=x onerror='alert(1)'>&amp; 🙂 \u202eשלום`;

function html(state: unknown = {}): string {
  const file = (name: string): string => `https://editor.example/${name}?a=1&b="`;
  const source = 'https://editor.example';
  return pageHtml({ source, file, name: 'run', title: hostile, language: 'ja', state, nonce: 'once' });
}

function policyOf(document: string): Map<string, string> {
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(document)?.[1]?.replaceAll('&#39;', "'");
  assert.ok(policy !== undefined, 'there is a policy');
  return new Map(
    policy.split('; ').map((rule) => {
      const [name = '', ...sources] = rule.split(' ');
      return [name, sources.join(' ')];
    }),
  );
}

test('nothing loads but the page itself, its styles, fonts and pictures', () => {
  const policy = policyOf(html());
  assert.equal(policy.get('default-src'), "'none'");
  assert.equal(policy.get('script-src'), "'nonce-once'");
  assert.equal(policy.get('base-uri'), "'none'");
  assert.equal(policy.get('form-action'), "'none'");
  // A connection of any kind falls back to the default, which is none.
  for (const name of ['connect-src', 'frame-src', 'worker-src', 'object-src', 'media-src'])
    assert.ok(!policy.has(name));
  for (const [name, sources] of policy) {
    assert.doesNotMatch(sources, /unsafe|\*|(?:^|\s)https?:(?:\s|$)/, name);
    if (name !== 'img-src') assert.doesNotMatch(sources, /data:|blob:/, name);
  }
});

test('the policy stands before everything that it is about', () => {
  const document = html();
  const policy = document.indexOf('Content-Security-Policy');
  for (const tag of ['<link', '<script', '<title', '<body']) assert.ok(policy < document.indexOf(tag), tag);
});

test('there is one script, from a file, and nothing inline', () => {
  const document = html({ runId: hostile });
  const scripts = document.match(/<script\b[^>]*>[^<]*/g) ?? [];
  assert.equal(scripts.length, 1);
  assert.match(scripts[0] ?? '', /nonce="once" type="module" src="[^"]+">$/);
  const withoutValues = document.replaceAll(/"[^"]*"/g, '""');
  assert.doesNotMatch(withoutValues, /<style|<[^>]* style=|<[^>]* on\w+=/i);
});

test('what a page starts with comes through as it was, whatever is in it', () => {
  const start = /data-start="([^"]*)"/.exec(html({ runId: hostile }))?.[1] ?? '';
  const entities: Readonly<Record<string, string>> = {
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&#39;': "'",
    '&amp;': '&',
  };
  const decoded = start.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => entities[entity] ?? '');
  assert.deepEqual(JSON.parse(decoded), { language: 'ja', state: { runId: hostile } });
  assert.doesNotMatch(start, /[<>]/);
});
