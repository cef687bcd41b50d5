import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toDatasetRow } from '../../../backend/datasets/shapes/toDatasetRow.ts';

type Row = Parameters<typeof toDatasetRow>[0];

/** The messages as `role: content`, or the code of what is wrong. */
function read(row: Row): string[] | string {
  const result = toDatasetRow(row);
  return 'problem' in result
    ? result.problem.code
    : [
        ...(result.row.tools ?? []).map((tool) => `may call ${tool.function.name}`),
        ...result.row.messages.map(({ role, content, tool_calls }) => {
          const calls = (tool_calls ?? []).map(
            (call) => ` ${call.function.name}${JSON.stringify(call.function.arguments)}`,
          );
          return `${role}: ${content}${calls.join('')}`;
        }),
      ];
}

const pair = ['user: Q', 'assistant: A'];
const said = (role: string, content: unknown = 'x') => ({ role, content }) as Row;

const call = (name: string, args: unknown) =>
  ({ id: 'call_1', type: 'function', function: { name, arguments: args } }) as Row;
const called = { role: 'assistant', content: null, tool_calls: [call('f', '{"a": 1}')] } satisfies Row;

const cases: Record<string, [Row, string[] | string][]> = {
  'question and answer by their names': [
    [{ instruction: 'Q', output: 'A' }, pair],
    [{ instruction: 'Q', input: '', output: 'A' }, pair],
    [{ instruction: 'Q', input: null, output: 'A' }, pair],
    [{ instruction: 'Q', input: 'I', output: 'A' }, ['user: Q\n\nI', 'assistant: A']],
    [{ instruction: '', input: 'Q', output: 'A' }, pair],
    [{ instruction: 'Q', context: 'I', response: 'A', category: 'x' }, ['user: Q\n\nI', 'assistant: A']],
    [{ prompt: 'Q', completion: 'A' }, pair],
    [{ prompt: 'Q', response: 'A' }, pair],
    [{ question: 'Q', answer: 'A' }, pair],
    [{ input: 'Q', output: 'A' }, pair],
    [{ ' Question ': 'Q', ANSWER: 'A' }, pair],
    [{ 質問: 'Q', 回答: 'A' }, pair],
    [{ 指示: 'Q', 入力: 'I', 出力: 'A' }, ['user: Q\n\nI', 'assistant: A']],
    [{ ｑｕｅｓｔｉｏｎ: 'Q', answer: 'A' }, pair],
    [{ system: 'S', prompt: 'Q', completion: 'A' }, ['system: S', ...pair]],
    [{ system: ' ', prompt: 'Q', completion: 'A' }, pair],
    [{ prompt: 'Q', completion: ' A \n' }, ['user: Q', 'assistant:  A \n']],
  ],
  'pairs that cannot be taken': [
    [{ question: 'Q', answer: '' }, 'row_without_answer'],
    [{ question: 'Q', answer: ' \n　' }, 'row_without_answer'],
    [{ question: 'Q', answer: null }, 'row_without_answer'],
    [{ question: 'Q', choice0: 'A' }, 'row_without_answer'],
    [{ question: '', answer: 'A' }, 'row_without_prompt'],
    [{ question: 'Q', answer: 42 }, 'row_wrong_type'],
    [{ question: ['Q'], answer: 'A' }, 'row_wrong_type'],
    [{ question: 'Q', prompt: 'Q', answer: 'A' }, 'row_columns_ambiguous'],
    [{ question: 'Q', answer: 'A', output: 'A' }, 'row_columns_ambiguous'],
    [{ instruction: 'Q', input: 'I', context: 'I', output: 'A' }, 'row_columns_ambiguous'],
    [{ text: 'just text' }, 'row_columns_unknown'],
    [{}, 'row_columns_unknown'],
    [[], 'row_not_object'],
    ['text', 'row_not_object'],
    [null, 'row_not_object'],
    [{ prompt: 'Q', chosen: 'A', rejected: 'B' }, 'row_preference'],
    [{ instruction: 'Q', output: 'A', history: [['q', 'a']] }, 'row_history'],
    [{ instruction: 'Q', output: 'A', history: [] }, pair],
    [{ instruction: 'Q', output: 'A', images: ['a.png'] }, 'row_media'],
    [{ instruction: 'Q', output: 'A', images: [], tools: '[]' }, pair],
  ],
  conversations: [
    [{ messages: [said('user', 'Q'), said('assistant', 'A')] }, pair],
    [
      { messages: [said('system', 'S'), said('user', 'Q'), said('assistant', 'A')], prompt: 'ignored' },
      ['system: S', ...pair],
    ],
    [{ messages: [said('developer', 'S'), said('user', 'Q'), said('assistant', 'A')] }, ['system: S', ...pair]],
    [
      {
        conversations: [
          { from: 'human', value: 'Q' },
          { from: 'gpt', value: 'A' },
        ],
        system: 'S',
      },
      ['system: S', ...pair],
    ],
    [{ conversations: [said('user', 'Q'), said('assistant', 'A')] }, pair],
    [
      {
        utterances: [
          { name: 'user', text: 'Q' },
          { name: 'agent', text: 'A' },
        ],
      },
      pair,
    ],
    [{ messages: [{ role: 'user', name: 'Bob', content: 'Q' }, said('assistant', 'A')] }, pair],
    [{ messages: [said('user', [{ type: 'text', text: 'Q' }]), { role: 'assistant', content: 'A', weight: 1 }] }, pair],
    [
      { system: 'S', messages: [said('system', 'S'), said('user', 'Q'), said('assistant', 'A')] },
      ['system: S', ...pair],
    ],
  ],
  'conversations with tools': [
    [
      { messages: [said('user', 'Q'), called, said('tool', '7'), said('assistant', 'A')], tools: [{ name: 'f' }] },
      ['may call f', 'user: Q', 'assistant:  f{"a":1}', 'tool: 7', 'assistant: A'],
    ],
    [
      {
        messages: [said('user', 'Q'), { ...called, content: 'Wait.' }],
        functions: [{ type: 'function', function: { name: 'f' } }],
      },
      ['may call f', 'user: Q', 'assistant: Wait. f{"a":1}'],
    ],
    [
      {
        conversations: [
          { from: 'human', value: 'Q' },
          { from: 'function_call', value: '{"name": "f", "arguments": {"a": {"b": []}}}' },
          { from: 'observation', value: '' },
          { from: 'gpt', value: 'A' },
        ],
        tools: '[{"name": "f", "description": "Does it"}]',
      },
      ['may call f', 'user: Q', 'assistant:  f{"a":{"b":[]}}', 'tool: ', 'assistant: A'],
    ],
    [
      {
        messages: [
          said('user', 'Q'),
          { role: 'assistant', tool_calls: [call('f', {}), call('g', '{"x": 1}')] },
          said('tool', '1'),
          { role: 'tool', content: { y: 2 }, tool_call_id: 'call_2' },
          said('assistant', 'A'),
        ],
      },
      ['user: Q', 'assistant:  f{} g{"x":1}', 'tool: 1', 'tool: {"y":2}', 'assistant: A'],
    ],
    [
      { messages: [said('user', 'Q'), { role: 'assistant', function_call: { name: 'f' } }] },
      ['user: Q', 'assistant:  f{}'],
    ],
    [{ messages: [said('user', 'Q'), said('assistant', 'A')], tools: '[]' }, pair],
  ],
  'conversations that cannot be taken': [
    [{ messages: [] }, 'row_without_answer'],
    [{ messages: [said('user')] }, 'row_without_answer'],
    [{ messages: [said('user'), said('assistant', '')] }, 'row_without_answer'],
    [{ messages: [said('user'), said('assistant', ' '), said('user'), said('assistant')] }, 'row_without_answer'],
    [{ messages: [said('user'), { role: 'assistant', content: null }] }, 'row_without_answer'],
    [{ messages: [said('user', ''), said('assistant')] }, 'row_without_prompt'],
    [{ messages: [said('assistant')] }, 'row_role_order'],
    [{ messages: [said('system'), said('assistant')] }, 'row_role_order'],
    [{ messages: [said('user'), said('assistant'), said('user')] }, 'row_role_order'],
    [{ messages: [said('user'), said('user'), said('assistant')] }, 'row_role_order'],
    [{ messages: [said('user'), said('system'), said('assistant')] }, 'row_role_order'],
    [{ messages: [said('user'), said('narrator')] }, 'row_unknown_role'],
    [{ messages: [said('user'), { content: 'x' }] }, 'row_message_incomplete'],
    [{ messages: [{ role: 'user' }, said('assistant')] }, 'row_message_incomplete'],
    [{ messages: 'text' }, 'row_wrong_type'],
    [{ messages: ['text'] }, 'row_wrong_type'],
    [{ messages: [said('user'), said('assistant', { code: 'x', details: 'y' })] }, 'row_wrong_type'],
    [{ messages: [said('user', [{ type: 'image_url' }]), said('assistant')] }, 'row_media'],
    [{ messages: [said('user'), { role: 'assistant', tool_calls: [{}] }] }, 'row_tool_call_broken'],
    [{ messages: [said('user'), { role: 'assistant', tool_calls: [call('f', '{"a"')] }] }, 'row_tool_call_broken'],
    [{ messages: [said('user'), { role: 'assistant', tool_calls: [call('f', '[1]')] }] }, 'row_tool_call_broken'],
    [{ messages: [{ ...called, role: 'user' }, said('assistant')] }, 'row_tool_call_broken'],
    [{ messages: [said('user'), said('tool'), said('assistant')] }, 'row_role_order'],
    [{ messages: [said('user'), called, said('assistant')] }, 'row_role_order'],
    [{ messages: [said('user'), called, said('tool')] }, 'row_role_order'],
    [{ messages: [said('user'), called, said('user'), said('assistant')] }, 'row_role_order'],
    [
      {
        conversations: [
          { from: 'human', value: 'Q' },
          { from: 'function_call', value: '{}' },
        ],
      },
      'row_tool_call_broken',
    ],
    [{ messages: [said('user'), said('assistant')], tools: [{ description: 'f' }] }, 'row_tools_broken'],
    [{ messages: [said('user'), said('assistant')], tools: 'f, g' }, 'row_tools_broken'],
    [{ messages: [said('user'), { role: 'assistant', content: 'A', weight: 0 }] }, 'row_message_weight'],
    [{ messages: [said('user'), said('assistant')], question: 'Q', answer: 'A' }, 'row_columns_ambiguous'],
    [{ system: 'T', messages: [said('system', 'S'), said('user'), said('assistant')] }, 'row_columns_ambiguous'],
  ],
};

for (const [name, rows] of Object.entries(cases)) {
  describe(name, () => {
    for (const [row, expected] of rows) test(JSON.stringify(row), () => assert.deepEqual(read(row), expected));
  });
}
