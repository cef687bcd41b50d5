import type { ChatMessage } from '../../contract/dataset.ts';
import type { Problem } from '../rowSink.ts';

/**
 * What is wrong with the order of a conversation: a system message may come first, then user and assistant take turns;
 * between a call of the assistant and its next words stand the tools' answers; and the assistant has the last word.
 * `before`: messages in front that are not in the field.
 */
export function orderProblem(messages: readonly ChatMessage[], field: string, before: number): Problem | null {
  const place = (index: number) => `${field}[${index - before}]`;
  const answered = messages.some((message) => message.role === 'assistant' && !isSilent(message));
  if (!answered) {
    return { code: 'row_without_answer', details: { field: `${field} (assistant)` } };
  }
  const first = messages[0]?.role === 'system' ? 1 : 0;
  for (const [index, message] of messages.entries()) {
    if (index < first) continue;
    const { role } = message;
    const expected = expectedAfter(index === first ? undefined : messages[index - 1]);
    if (!expected.includes(role)) {
      return { code: 'row_role_order', details: { field: place(index), role, expected: expected[0] } };
    }
    if (role === 'tool' || !isSilent(message)) continue;
    const code = role === 'assistant' ? 'row_without_answer' : 'row_without_prompt';
    return { code, details: { field: place(index) }, partial: true };
  }
  const last = messages.at(-1);
  if (last?.role === 'assistant') return null;
  const details = { field: place(messages.length - 1), role: last?.role ?? '', expected: 'assistant' };
  return { code: 'row_role_order', details };
}

function isSilent({ content, tool_calls }: ChatMessage): boolean {
  return content.trim() === '' && !tool_calls;
}

function expectedAfter(before: ChatMessage | undefined): readonly [ChatMessage['role'], ...ChatMessage['role'][]] {
  if (before?.role === 'user') return ['assistant'];
  if (before?.role === 'tool') return ['assistant', 'tool'];
  return before?.tool_calls ? ['tool'] : ['user'];
}
