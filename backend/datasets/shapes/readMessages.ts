import type { ChatMessage, ToolCall } from '../../contract/dataset.ts';
import type { Problem } from '../rowSink.ts';
import { typeWord, typeWords } from '../words.ts';
import { isPlainObject } from './columns.ts';
import { readToolCalls } from './readTools.ts';

const roles: ReadonlyMap<string, ChatMessage['role']> = new Map([
  ['system', 'system'],
  ['developer', 'system'],
  ['システム', 'system'],
  ['user', 'user'],
  ['human', 'user'],
  ['ユーザー', 'user'],
  ['ユーザ', 'user'],
  ['assistant', 'assistant'],
  ['gpt', 'assistant'],
  ['chatgpt', 'assistant'],
  ['bot', 'assistant'],
  ['agent', 'assistant'],
  ['model', 'assistant'],
  ['アシスタント', 'assistant'],
  ['function_call', 'assistant'],
  ['tool', 'tool'],
  ['function', 'tool'],
  ['function_response', 'tool'],
  ['observation', 'tool'],
  ['ipython', 'tool'],
  ['ツール', 'tool'],
]);

/** The messages of one conversation, in OpenAI's shape, ShareGPT's, or with `name` and `text`; or the first problem. */
export function readMessages(value: unknown, field: string): ChatMessage[] | Problem {
  if (!Array.isArray(value)) {
    return { code: 'row_wrong_type', details: { field, found: typeWord(value), expected: typeWords.list } };
  }
  const messages: ChatMessage[] = [];
  for (const [index, message] of value.entries()) {
    const read = readMessage(message, `${field}[${index}]`);
    if ('code' in read) return read;
    messages.push(read);
  }
  return messages;
}

function readMessage(message: unknown, field: string): ChatMessage | Problem {
  if (!isPlainObject(message)) {
    return { code: 'row_wrong_type', details: { field, found: typeWord(message), expected: typeWords.object } };
  }
  const role = message.role ?? message.from ?? message.name;
  const content = message.content ?? message.value ?? message.text;
  if (typeof role !== 'string') return { code: 'row_message_incomplete', details: { field } };
  const name = role.trim().toLowerCase();
  const known = roles.get(name);
  if (known === undefined) {
    return { code: 'row_unknown_role', details: { field, role: JSON.stringify(role.slice(0, 40)) } };
  }
  if (message.weight !== undefined && message.weight !== null && message.weight !== 1) {
    return { code: 'row_message_weight', details: { field, weight: JSON.stringify(message.weight) } };
  }
  if (name === 'function_call') return withCalls('', readToolCalls(content, field));
  const given = ['tool_calls', 'function_call'].find((key) => hasItems(message[key]));
  const calls = given === undefined ? null : readToolCalls(message[given], `${field}.${given}`);
  if (calls && known !== 'assistant') return { code: 'row_tool_call_broken', details: { field: `${field}.${given}` } };
  if (content === undefined || content === null) {
    if (calls) return withCalls('', calls);
    return known === 'assistant'
      ? { code: 'row_without_answer', details: { field } }
      : { code: 'row_message_incomplete', details: { field } };
  }
  if (known === 'tool' && isPlainObject(content)) return { role: known, content: JSON.stringify(content) };
  if (typeof content !== 'string' && !Array.isArray(content)) {
    return { code: 'row_wrong_type', details: { field, found: typeWord(content), expected: typeWords.string } };
  }
  const text = typeof content === 'string' ? content : joinParts(content, field);
  if (typeof text !== 'string') return text;
  return calls ? withCalls(text, calls) : { role: known, content: text };
}

function withCalls(content: string, calls: ToolCall[] | Problem): ChatMessage | Problem {
  return 'code' in calls ? calls : { role: 'assistant', content, tool_calls: calls };
}

/** OpenAI's content parts: texts are joined as they are, anything else is refused by name. */
function joinParts(parts: readonly unknown[], field: string): string | Problem {
  let joined = '';
  for (const [index, part] of parts.entries()) {
    const place = `${field}.content[${index}]`;
    if (!isPlainObject(part)) {
      return { code: 'row_wrong_type', details: { field: place, found: typeWord(part), expected: typeWords.object } };
    }
    if (part.type !== 'text') return { code: 'row_media', details: { field: `${place}: ${String(part.type)}` } };
    if (typeof part.text !== 'string') {
      const details = { field: `${place}.text`, found: typeWord(part.text), expected: typeWords.string };
      return { code: 'row_wrong_type', details };
    }
    joined += part.text;
  }
  return joined;
}

function hasItems(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}
