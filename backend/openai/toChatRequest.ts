import type { ChatCompletionRequest } from '../contract/chat.ts';
import type { ChatMessage } from '../contract/dataset.ts';
import type { ChatRequest, Sampling } from '../inference/inferenceTypes.ts';
import type { ModelFile } from '../training/ports.ts';

/** OpenAI's request as inference takes it. What is null or left out stays inference's own default. */
export function toChatRequest(body: ChatCompletionRequest, model: ModelFile, signal: AbortSignal): ChatRequest {
  const maxTokens = body.max_completion_tokens ?? body.max_tokens;
  return {
    model,
    messages: body.messages.map(toMessage),
    sampling: defined({
      temperature: body.temperature,
      topP: body.top_p,
      topK: body.top_k,
      seed: body.seed,
      presencePenalty: body.presence_penalty,
      frequencyPenalty: body.frequency_penalty,
    }),
    stop: typeof body.stop === 'string' ? [body.stop] : (body.stop ?? []),
    ...(maxTokens == null ? {} : { maxTokens }),
    signal,
  };
}

/** A developer message is what system messages are called in newer clients. */
function toMessage({ role, content }: ChatCompletionRequest['messages'][number]): ChatMessage {
  const text = typeof content === 'string' ? content : content.map((part) => part.text).join('');
  return { role: role === 'developer' ? 'system' : role, content: text };
}

type Nullish<T> = { [Key in keyof T]?: T[Key] | null | undefined };

function defined(values: Nullish<Sampling>): Sampling {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value != null));
}
