/**
 * The one way from a conversation to tokens. A row that is trained on and a question that is asked both come through
 * here, so that the prompt in training is, token for token, the prompt in use.
 */
import type { ChatMessage, ToolDefinition } from '../contract/dataset.ts';
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
  prompt(messages: readonly ChatMessage[], tools?: readonly ToolDefinition[]): number[];
  /**
   * Tokens of a row up to the end of its last answer. Answers are what the model must say: all that follows the prompt
   * as it is asked, up to and with the token that ends the turn. An earlier answer counts only where the row up to it
   * is the prompt that would be asked; a template that shows earlier turns differently has it as context.
   */
  row(messages: readonly ChatMessage[], tools?: readonly ToolDefinition[]): EncodedRow;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

interface Surroundings {
  readonly before: string;
  readonly after: string;
}

export function createConversationCodec(template: ChatTemplate, vocabulary: Vocabulary): ConversationCodec {
  const guard = createContentGuard(vocabulary.controlTexts, template.literals);

  /** Everything about one conversation; the marker must stay the same through all its renderings. */
  function read(messages: readonly ChatMessage[], tools?: readonly ToolDefinition[]) {
    const calls = messages.flatMap(({ tool_calls }) => tool_calls ?? []);
    const marker = guard.markerFor([...messages.map(({ content }) => content), JSON.stringify([calls, tools ?? []])]);
    const guarded = messages.map(({ role, content, tool_calls }): ChatMessage => {
      const message = { role, content: guard.protect(content, marker) };
      return tool_calls ? { ...message, tool_calls: guard.protectAll(tool_calls, marker) } : message;
    });
    const guardedTools = tools && guard.protectAll(tools, marker);
    const render = (count: number, ask: boolean): string => template.render(guarded.slice(0, count), ask, guardedTools);
    const tryRender = (count: number, ask: boolean): string | null => {
      try {
        return render(count, ask);
      } catch {
        return null;
      }
    };

    /** Text before and after the content of message `at`, found by a stand-in for it. */
    const around = (count: number, ask: boolean, at: number): Surroundings | null => {
      const standIn = `${marker}content${marker}`;
      const role = guarded[at]?.role ?? 'assistant';
      const stood = guarded.slice(0, count).with(at, { role, content: standIn });
      const text = template.render(stood, ask, guardedTools);
      const found = text.lastIndexOf(standIn);
      return found < 0 ? null : { before: text.slice(0, found), after: text.slice(found + standIn.length) };
    };

    /** Where in `text` an answer ends whose content ends at `from`: behind the token that ends the turn, if it has one. */
    const endOf = (text: string, from: number, limit: number): { end: number; ended: boolean } => {
      const control = vocabulary.findControls(text.slice(from, limit)).find((found) => found.ends);
      return control ? { end: from + control.end, ended: true } : { end: from, ended: false };
    };

    /** Answers within the first `count` messages, in `text`, which asks after them: each behind the prompt it answers. */
    const answersIn = (text: string, count: number): Span[] => {
      const spans: Span[] = [];
      for (let at = 1; at < count; at++) {
        if (guarded[at]?.role !== 'assistant') continue;
        const asked = tryRender(at, true);
        if (asked === null || !text.startsWith(asked)) continue;
        // What a call says in place of a content has no stand-in; the turn's end is looked for from its beginning.
        const calls = guarded[at]?.tool_calls !== undefined;
        const start = asked.length;
        const content = calls ? { start, end: start } : within(text, around(count, true, at));
        if (!content || content.start < asked.length) continue;
        const next = at + 1 < count ? within(text, around(count, true, at + 1)) : null;
        const { end, ended } = endOf(text, content.end, next?.start ?? text.length);
        if (calls && !ended) continue;
        spans.push({ start: asked.length, end });
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

  /** A template without a place for tools leaves them out without a word. */
  function refuseLostTools(messages: readonly ChatMessage[], tools: readonly ToolDefinition[] | undefined): void {
    const hasCalls = messages.some(({ tool_calls }) => tool_calls !== undefined);
    const answer = messages.findIndex(({ role }) => role === 'tool');
    if (!tools && !hasCalls && answer < 0) return;
    // Names of our own for all of them: a name that is found then stands there for what it was given as.
    const named: string[] = [];
    const rename = <T extends { readonly function: { readonly name: string } }>(kind: string, tool: T): T => {
      const name = `tatara_${kind}_${named.length}_`;
      named.push(name);
      return { ...tool, function: { ...tool.function, name } };
    };
    const offered = tools?.map((tool) => rename('tool', tool));
    const told = messages.map((message) =>
      message.tool_calls ? { ...message, tool_calls: message.tool_calls.map((call) => rename('call', call)) } : message,
    );
    const whole = template.render(told, false, offered);
    const lostAnswer = answer >= 0 && read(messages, tools).around(messages.length, false, answer) === null;
    if (lostAnswer || named.some((name) => !whole.includes(name))) throw new TataraError('tools_unsupported');
  }

  function answerLead(): string {
    try {
      const { render, around } = read([
        { role: 'user', content: 'question' },
        { role: 'assistant', content: 'answer' },
      ]);
      const asked = render(1, true);
      const before = around(2, false, 1)?.before;
      const lead = before?.startsWith(asked) ? before.slice(asked.length) : '';
      return lead.trim() === '' ? lead : '';
    } catch {
      return '';
    }
  }

  return {
    plainTemplate: template.plain,
    answerLead: answerLead(),

    prompt(messages, tools) {
      refuseLostSystemMessage(messages);
      refuseLostTools(messages, tools);
      const { marker, render, answersIn } = read(messages, tools);
      const text = render(messages.length, true);
      return encode(text, answersIn(text, messages.length), marker).tokens;
    },

    row(messages, tools) {
      refuseLostSystemMessage(messages);
      refuseLostTools(messages, tools);
      const last = messages.findLastIndex((message) => message.role === 'assistant');
      if (last < 0) {
        const { marker, render } = read(messages, tools);
        return encode(render(messages.length, false), [], marker);
      }
      const taken = messages.slice(0, last + 1);
      const { marker, guarded, render, tryRender, around, endOf, answersIn } = read(taken, tools);
      const whole = render(last + 1, false);
      const parts = around(last + 1, false, last);
      // Without a question there is no prompt that a template could render; the row's own beginning stands in.
      const asked = (last > 0 ? tryRender(last, true) : null) ?? parts?.before ?? '';
      // Some templates ask with words that they leave out of a finished turn; what is asked decides.
      const text = whole.startsWith(asked) ? whole : asked + (guarded[last]?.content ?? '') + (parts?.after ?? '');
      const calls = taken[last]?.tool_calls !== undefined;
      const contentEnd = calls
        ? asked.length
        : parts && text.endsWith(parts.after)
          ? text.length - parts.after.length
          : text.length;
      const found = endOf(text, Math.max(asked.length, contentEnd), text.length);
      const { ended } = found;
      const end = calls && !ended ? text.trimEnd().length : found.end;
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

/** What stands between the surroundings, where the text has them. */
function within(text: string, surroundings: Surroundings | null): Span | null {
  if (!surroundings) return null;
  const { before, after } = surroundings;
  const span = { start: before.length, end: text.length - after.length };
  return span.start <= span.end && text.startsWith(before) && text.endsWith(after) ? span : null;
}
