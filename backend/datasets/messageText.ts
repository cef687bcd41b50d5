import type { ChatMessage } from '../contract/dataset.ts';

/** All that a message says: its content, and the calls that it makes as JSON. */
export function messageText({ content, tool_calls }: Pick<ChatMessage, 'content' | 'tool_calls'>): string {
  if (!tool_calls) return content;
  return [content, JSON.stringify(tool_calls.map((call) => call.function))].filter((text) => text !== '').join('\n');
}
