/**
 * The one way from a conversation to tokens. A row that is trained on and a question that is asked both come through
 * here, so that the prompt in training is, token for token, the prompt in use.
 */
import type { ChatMessage } from '../contract/dataset.ts';
import { TataraError } from '../contract/errors.ts';
import type { EncodedRow } from '../training/ports.ts';
import type { ChatTemplate } from './chatTemplate.ts';
import { createContentGuard } from './contentGuard.ts';
import { atStart, type Vocabulary } from './vocabulary.ts';

export interface ConversationCodec {
  /** True where the model file holds no chat template. */
  readonly plainTemplate: boolean;
  /** White space that the template puts between the prompt and an answer; the model says it, a person need not see it. */
  readonly answerLead: string;
  /** Tokens up to where the model's answer begins. */
  prompt(messages: readonly ChatMessage[]): number[];
  /**
   * Tokens of a row up to the end of its last answer. Answers are what the model must say: all that follows the prompt
   * as it is asked, up to and with the token that ends the turn. An earlier answer counts only where the row up to it
   * is the prompt that would be asked; a template that shows earlier turns differently has it as context.
   */
  row(messages: readonly ChatMessage[]): EncodedRow;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

export function createConversationCodec(template: ChatTemplate, vocabulary: Vocabulary): ConversationCodec {
  const guard = createContentGuard(vocabulary.controlTexts, template.literals);

  /** Everything about one conversation; the marker must stay the same through all its renderings. */
  function read(messages: readonly ChatMessage[]) {
    const marker = guard.markerFor(messages.map((message) => message.content));
    const guarded = messages.map(({ role, content }) => ({ role, content: guard.protect(content, marker) }));
    const render = (count: number, ask: boolean): string => template.render(guarded.slice(0, count), ask);
    const tryRender = (count: number, ask: boolean): string | null => {
      try {
        return render(count, ask);
      } catch {
        return null;
      }
    };

    /** Where the content of answer `at` begins and ends when it is the last message, found by a stand-in. */
    const around = (at: number): { before: string; after: string } | null => {
      const standIn = `${marker}answer${marker}`;
      const stood = [...guarded.slice(0, at), { role: 'assistant' as const, content: standIn }];
      const text = template.render(stood, false);
      const found = text.lastIndexOf(standIn);
      return found < 0 ? null : { before: text.slice(0, found), after: text.slice(found + standIn.length) };
    };

    /**
     * End of answer `at`, which begins at `start` of `text`. `finished` is the conversation up to and with the answer,
     * as far as it is the same as `text`. Behind the first token that ends a turn, else behind the content.
     */
    const endOf = (text: string, at: number, start: number, finished: string): { end: number; ended: boolean } => {
      const limit = commonLength(text, finished);
      const control = vocabulary.findControls(text.slice(start, limit)).find((found) => found.ends);
      if (control) return { end: start + control.end, ended: true };
      const after = around(at)?.after ?? '';
      const end = finished.endsWith(after) ? Math.min(limit, finished.length - after.length) : limit;
      return { end: Math.max(start, end), ended: false };
    };

    /** Answers before message `count` that stand in `text`, each behind the prompt that it answers. */
    const answersIn = (text: string, count: number): Span[] => {
      const spans: Span[] = [];
      for (let at = 1; at < count; at++) {
        if (guarded[at]?.role !== 'assistant') continue;
        const asked = tryRender(at, true);
        if (asked === null || asked.length > text.length || !text.startsWith(asked)) continue;
        const finished = tryRender(at + 1, false);
        if (finished === null || commonLength(text, finished) < asked.length) continue;
        spans.push({ start: asked.length, end: endOf(text, at, asked.length, finished).end });
      }
      return spans;
    };

    return { marker, guarded, render, tryRender, around, endOf, answersIn };
  }

  /** Cut at every answer, so that no token reaches over from the prompt into what the model says. */
  function encode(text: string, spans: readonly Span[], marker: string): { tokens: number[]; answer: boolean[] } {
    const tokens: number[] = [];
    const answer: boolean[] = [];
    let state = atStart;
    const add = (part: string, isAnswer: boolean): void => {
      const encoded = vocabulary.tokenize(part, marker, state);
      state = encoded.state;
      for (const token of encoded.tokens) {
        tokens.push(token);
        answer.push(isAnswer);
      }
    };
    let done = 0;
    for (const { start, end } of spans) {
      add(text.slice(done, start), false);
      add(text.slice(start, end), true);
      done = end;
    }
    add(text.slice(done), false);
    const { bos, prependBos } = vocabulary;
    if (bos !== null && prependBos && tokens[0] !== bos) {
      tokens.unshift(bos);
      answer.unshift(false);
    }
    while (bos !== null && tokens[0] === bos && tokens[1] === bos) {
      tokens.shift();
      answer.shift();
    }
    return { tokens, answer };
  }

  function refuseLostSystemMessage(messages: readonly ChatMessage[]): void {
    const hasSystem = messages.some((message) => message.role === 'system' && message.content.trim() !== '');
    if (!hasSystem) return;
    const rest = messages.filter((message) => message.role !== 'system');
    if (rest.length === 0) return;
    let without: string;
    try {
      without = template.render(rest, true);
    } catch {
      return;
    }
    let whole: string | null = null;
    try {
      whole = template.render(messages, true);
    } catch (error) {
      if (!(error instanceof TataraError) || error.code !== 'chat_template_refused') throw error;
    }
    if (whole === null || whole === without) throw new TataraError('system_message_unsupported');
  }

  function answerLead(): string {
    try {
      const { render, around } = read([{ role: 'user', content: 'question' }]);
      const asked = render(1, true);
      const before = around(1)?.before;
      const lead = before?.startsWith(asked) ? before.slice(asked.length) : '';
      return lead.trim() === '' ? lead : '';
    } catch {
      return '';
    }
  }

  return {
    plainTemplate: template.plain,
    answerLead: answerLead(),

    prompt(messages) {
      refuseLostSystemMessage(messages);
      const { marker, render, answersIn } = read(messages);
      const text = render(messages.length, true);
      return encode(text, answersIn(text, messages.length), marker).tokens;
    },

    row(messages) {
      refuseLostSystemMessage(messages);
      const last = messages.findLastIndex((message) => message.role === 'assistant');
      if (last < 0) {
        const { marker, render } = read(messages);
        return encode(render(messages.length, false), [], marker);
      }
      const taken = messages.slice(0, last + 1);
      const { marker, guarded, render, tryRender, around, endOf, answersIn } = read(taken);
      const whole = render(last + 1, false);
      const parts = around(last);
      // Without a question there is no prompt that a template could render; the row's own beginning stands in.
      const asked = (last > 0 ? tryRender(last, true) : null) ?? parts?.before ?? '';
      // Some templates ask with words that they leave out of a finished turn; what is asked decides.
      const text = whole.startsWith(asked) ? whole : asked + (guarded[last]?.content ?? '') + (parts?.after ?? '');
      const { end, ended } = endOf(text, last, asked.length, text);
      const earlier = answersIn(asked, last);
      const row = encode(text.slice(0, end), [...earlier, { start: asked.length, end }], marker);
      if (!ended && vocabulary.end !== null) {
        row.tokens.push(vocabulary.end);
        row.answer.push(true);
      }
      return row;
    },
  };
}

function commonLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}
