import type { ChatMessage } from '../../contract/dataset.ts';
import type { Problem } from '../rowSink.ts';

/**
 * What is wrong with the order of a conversation: a system message may come first, then user and assistant take turns,
 * and the assistant has the last word. `before`: messages in front that are not in the field.
 */
export function orderProblem(messages: readonly ChatMessage[], field: string, before: number): Problem | null {
  const place = (index: number) => `${field}[${index - before}]`;
  const answered = messages.some(({ role, content }) => role === 'assistant' && content.trim() !== '');
  if (!answered) {
    return { code: 'row_without_answer', details: { field: `${field} (assistant)` } };
  }
  const first = messages[0]?.role === 'system' ? 1 : 0;
  for (const [index, { role, content }] of messages.entries()) {
    if (index < first) continue;
    const expected = (index - first) % 2 === 0 ? 'user' : 'assistant';
    if (role !== expected) return { code: 'row_role_order', details: { field: place(index), role, expected } };
    if (content.trim() !== '') continue;
    const code = role === 'assistant' ? 'row_without_answer' : 'row_without_prompt';
    return { code, details: { field: place(index) }, partial: true };
  }
  const last = messages.length - 1;
  if (messages[last]?.role === 'assistant') return null;
  return { code: 'row_role_order', details: { field: place(last), role: 'user', expected: 'assistant' } };
}
