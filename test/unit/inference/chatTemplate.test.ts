import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ChatMessage } from '../../../backend/contract/dataset.ts';
import { TataraError } from '../../../backend/contract/errors.ts';
import { compileChatTemplate } from '../../../backend/inference/chatTemplate.ts';
import { realTemplates } from '../../support/chatTemplates.ts';
import { testData } from '../../support/testData.ts';

const system: ChatMessage = { role: 'system', content: 'You are a helpful assistant.' };
const user: ChatMessage = { role: 'user', content: 'Hello, how are you?' };
const assistant: ChatMessage = { role: 'assistant', content: "I'm doing great. How can I help you today?" };
const again: ChatMessage = { role: 'user', content: "I'd like to show off how chat templating works!" };

const templates = realTemplates();
const expected = testData('chat-templates/expected');

function render(source: string, messages: readonly ChatMessage[], ask: boolean): string {
  try {
    return compileChatTemplate({ source, bosText: '<s>', eosText: '</s>' }).render(messages, ask);
  } catch (error) {
    if (!(error instanceof TataraError) || error.code !== 'chat_template_refused') throw error;
    return `RAISED ${error.details.reason}`;
  }
}

test('every real template says what Python makes of it', { skip: templates === null }, () => {
  const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'chatTemplate.golden.json'), 'utf8'));
  const hashes = templates!.map(({ name, source }) => {
    const rendered = (golden.conversations as ChatMessage[][]).flatMap((messages) =>
      [false, true].map((ask) => render(source, messages, ask)),
    );
    return [name, createHash('sha256').update(JSON.stringify(rendered)).digest('hex').slice(0, 16)];
  });
  assert.deepEqual(Object.fromEntries(hashes), golden.hashes);
  assert.ok(hashes.length >= 45);
});

// Where the Go form of a template says the same as its Jinja form: many differ in a system message of their own.
const sameInGo: Readonly<Record<string, readonly string[]>> = {
  user: ['1 chatml', '2 zephyr', '4 openchat', '13 codellama-70b-instruct', '20 chatqa', '21 gemma-instruct'],
  'user-assistant-user': ['1 chatml', '15 chatml', '22 llama3-instruct', '23 granite-instruct', '28 phi-3'],
  'system-user-assistant-user': ['7 chatml', '18 chatml', '25 alfred', '29 phi-3', '34 chatml', '2 zephyr'],
};

test('what a real template says is written in words', { skip: templates === null || expected === null }, () => {
  const conversations: Readonly<Record<string, readonly ChatMessage[]>> = {
    user: [user],
    'user-assistant-user': [user, assistant, again],
    'system-user-assistant-user': [system, user, assistant, again],
  };
  for (const [conversation, names] of Object.entries(sameInGo)) {
    for (const name of names) {
      const { source } = templates!.find((template) => template.name === name)!;
      const wanted = readFileSync(join(expected!, `${name.split(' ')[1]}.gotmpl`, conversation), 'utf8');
      const said = render(source, conversations[conversation]!, true).replace(/^<s>/, '');
      assert.equal(said.trim(), wanted.trim(), `${name} ${conversation}`);
    }
  }
});

test('a file without a template gets the plain one, and it is said', () => {
  const template = compileChatTemplate({ source: undefined, bosText: '<s>', eosText: '</s>' });
  assert.equal(template.plain, true);
  assert.equal(
    template.render([system, user, assistant, again], true),
    "You are a helpful assistant.\n\nUser: Hello, how are you?\nAssistant: I'm doing great. How can I help you today?</s>\n" +
      "User: I'd like to show off how chat templating works!\nAssistant:",
  );
  assert.equal(compileChatTemplate({ source: 'x', bosText: '', eosText: '' }).plain, false);
});

function check(source: string, wanted: string, now?: Date): void {
  const template = compileChatTemplate({ source, bosText: '<s>', eosText: '</s>' }, now ? () => now : undefined);
  assert.equal(template.render([user], true), wanted, source);
}

test("templates have Hugging Face's globals", () => {
  check(
    '{{ bos_token }}{{ messages[0] | tojson }}{{ eos_token }}',
    '<s>{"role": "user", "content": "Hello, how are you?"}</s>',
  );
  check('{% for i in range(2) %}{{ i }}{% endfor %}{% for i in range(5, 1, -2) %}{{ i }}{% endfor %}', '0153');
  check('{% if True and not False and None is none and true and not false and none is none %}yes{% endif %}', 'yes');
  check('{% for tool in tools %}{{ tool }}{% endfor %}no tools', 'no tools');
  check('{% if tools is defined %}tools{% else %}none{% endif %}', 'none');
});

test('a template that insists on the date gets it in English; one that can do without keeps its own', () => {
  const now = new Date(2026, 10, 5, 15, 4, 9);
  check(
    "{{ strftime_now('%d %B %Y, %A %b %a %H:%M:%S %I %p %y %m %j 100%%') }}",
    '05 November 2026, Thursday Nov Thu 15:04:09 03 PM 26 11 %j 100%',
    now,
  );
  check('{% if strftime_now is defined %}{{ strftime_now("%Y") }}{% else %}26 Jul 2024{% endif %}', '26 Jul 2024', now);
});

test('a template that says no and one that is broken are told apart', () => {
  const fails = (source: string, code: string, reason: RegExp) =>
    assert.throws(
      () => compileChatTemplate({ source, bosText: '', eosText: '' }).render([user], true),
      (error) => error instanceof TataraError && error.code === code && reason.test(String(error.details.reason)),
      source,
    );
  fails("{{ raise_exception('Only the brave') }}", 'chat_template_refused', /^Only the brave$/);
  fails('{% for %}', 'chat_template_broken', /./);
  fails('{{ messages[0].content.nothing() }}', 'chat_template_broken', /./);
  fails('{% if %', 'chat_template_broken', /./);
  fails('{% for i in range(1000000000) %}{% endfor %}', 'chat_template_broken', /range/);
  fails('{% for i in range(1, 2, 0) %}{% endfor %}', 'chat_template_broken', /range/);
});
