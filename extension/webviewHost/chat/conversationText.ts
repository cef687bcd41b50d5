import type { ChatTurn, Conversation } from '../../../webviews/contract/chat.ts';
import { messagesOf } from './askModels.ts';

/** What a conversation is called: what a person named it, or its first question. */
export function titleOf({ name, turns }: Pick<Conversation, 'name' | 'turns'>): string {
  const title = name?.trim() || (turns[0]?.question ?? '').trim();
  return Array.from(title.replace(/\s+/gu, ' ')).slice(0, 80).join('');
}

/** Whether every word stands somewhere in it; case and width do not matter. */
export function fits(conversation: Conversation, search: string): boolean {
  const words = plain(search).split(/\s+/u).filter(Boolean);
  if (words.length === 0) return true;
  const said = conversation.turns.flatMap(({ question, first, second }) => [question, first.text, second?.text ?? '']);
  const text = plain([conversation.name ?? '', ...said].join('\n'));
  return words.every((word) => text.includes(word));
}

/** To be read: questions as headings, answers below them with the models that gave them. */
export function asMarkdown(conversation: Conversation): string {
  const answers = ({ first, second }: ChatTurn): string[] =>
    [first, ...(second ? [second] : [])].map(({ model, text }) => `**${model}**\n\n${text}`);
  const { system } = conversation.settings;
  return [
    `# ${titleOf(conversation)}`,
    ...(system.trim() === '' ? [] : [system]),
    ...conversation.turns.flatMap((turn) => [`## ${turn.question.replace(/\n/g, '\n> ')}`, ...answers(turn)]),
    '',
  ].join('\n\n');
}

/** A row of a data set: the conversation as the tuned model had it, or the only one that was asked. */
export function asRow(conversation: Conversation): string {
  return `${JSON.stringify({ messages: messagesOf(conversation, conversation.turns.length, 'second') })}\n`;
}

function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
