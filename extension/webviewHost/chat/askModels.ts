import type { Backend } from '../../../backend/client/backend.ts';
import type { ChatCompletionRequest } from '../../../backend/contract/chat.ts';
import type { AnswerFacts, ChatSettings, ChatTurn, Conversation, Side } from '../../../webviews/contract/chat.ts';

type Message = ChatCompletionRequest['messages'][number];

/** What one side was told and has answered before turn `count`: each model goes on from its own answers. */
export function messagesOf({ settings, turns }: Conversation, count: number, side: Side): Message[] {
  const messages: Message[] = settings.system.trim() === '' ? [] : [{ role: 'system', content: settings.system }];
  for (const turn of turns.slice(0, count)) {
    const answer = answerOn(turn, side);
    // A question that was never answered would stand before another one, which no template takes.
    if (answer.text === '') continue;
    messages.push({ role: 'user', content: turn.question }, { role: 'assistant', content: answer.text });
  }
  return messages;
}

/** A turn that only one model has answered counts for both. */
export function answerOn(turn: ChatTurn, side: Side): ChatTurn['first'] {
  return side === 'second' ? (turn.second ?? turn.first) : turn.first;
}

/**
 * Asks a model and tells what it says, piece by piece. Where the signal ends it, what was said until then stands. Throws
 * what the backend refuses.
 */
export async function askModel(
  backend: Backend,
  model: string,
  messages: Message[],
  { temperature, top_p, max_tokens, seed }: ChatSettings['sampling'],
  onText: (text: string) => void,
  signal: AbortSignal,
): Promise<AnswerFacts> {
  let began: number | null = null;
  let pieces = 0;
  let usage = { completion_tokens: 0, total_tokens: 0 };
  let ended: AnswerFacts['ended'] = 'stopped';
  const body = { model, messages, temperature, top_p, max_tokens, seed, stream_options: { include_usage: true } };
  try {
    for await (const chunk of backend.streamChat(body, signal)) {
      const [choice] = chunk.choices;
      const text = choice?.delta.content ?? '';
      if (text !== '') {
        began ??= performance.now();
        pieces++;
        onText(text);
      }
      if (choice?.finish_reason) ended = choice.finish_reason;
      if (chunk.usage) usage = chunk.usage;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  const seconds = began === null ? 0 : (performance.now() - began) / 1000;
  const { completion_tokens: tokens, total_tokens: context } = usage;
  return { tokens: tokens === 0 ? pieces : tokens, context, seconds, ended };
}
