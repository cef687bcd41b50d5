/** How a conversation becomes tokens. The template in the model's file says the same. */
import { type Encoder, encoderOf, learnVocabulary, type Vocabulary } from './bpe.ts';
import type { Conversation } from './conversation.ts';

export const specialTokens = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'] as const;
/** Stands at the start of a document and where padding is; no conversation contains it. */
export const textToken = 0;
export const endToken = 2;
export const vocabularySize = 2048;

/** ChatML, as Qwen and others have it. */
export const chatTemplate = `{%- for message in messages %}
{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
{{- '<|im_start|>assistant\\n' }}
{%- endif %}`;

export interface EncodedRow {
  readonly tokens: readonly number[];
  /** True where the model has to say the token: the answers and the ends of them. */
  readonly answer: readonly boolean[];
}

export function vocabularyOf(conversations: readonly Conversation[]): Vocabulary {
  const texts = conversations.flatMap((messages) => messages.map(({ role, content }) => `${role}\n${content}`));
  return learnVocabulary(texts, vocabularySize, specialTokens);
}

export function rowEncoder(vocabulary: Vocabulary): {
  readonly encoder: Encoder;
  row(conversation: Conversation): EncodedRow;
} {
  const encoder = encoderOf(vocabulary);
  return {
    encoder,
    row(conversation) {
      const tokens: number[] = [];
      const answer: boolean[] = [];
      const add = (text: string, learned: boolean) => {
        const ids = encoder.encode(text);
        tokens.push(...ids);
        answer.push(...ids.map(() => learned));
      };
      conversation.forEach(({ role, content }, i) => {
        add(`${i > 0 ? '\n' : ''}<|im_start|>${role}\n`, false);
        add(`${content}<|im_end|>`, role === 'assistant');
      });
      return { tokens, answer };
    },
  };
}
