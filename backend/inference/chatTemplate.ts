/** The chat template of a model file: Jinja, as Hugging Face and llama.cpp render it. */
import * as jinja from '@huggingface/jinja';
import type { ChatMessage, ToolDefinition } from '../contract/dataset.ts';
import { TataraError } from '../contract/errors.ts';
import { formatDate } from './formatDate.ts';

export interface ChatTemplateSource {
  /** `tokenizer.chat_template` of the file; absent: the plain template below. */
  readonly source: string | undefined;
  readonly bosText: string;
  readonly eosText: string;
}

export interface ChatTemplate {
  /** True where the file holds no template and the plain one stands in. */
  readonly plain: boolean;
  /** Every string literal of the template: what it may look for in a message. */
  readonly literals: readonly string[];
  /**
   * The conversation as the model reads it; with `ask`, up to where its answer begins.
   * @throws TataraError `chat_template_refused` where the template says no, `chat_template_broken` where it fails.
   */
  render(messages: readonly ChatMessage[], ask: boolean, tools?: readonly ToolDefinition[]): string;
}

/**
 * For a file without a template, such as a base model that never saw a conversation. Plain words that any vocabulary
 * can spell, no special tokens but the end of the text after an answer, so that a tuned model learns where to stop.
 * The space after "Assistant:" belongs to the answer: byte-pair and sentence-piece vocabularies alike have the first
 * word of an answer as one token with its space.
 */
const plainTemplate = `{% for message in messages -%}
{% if message.role == 'system' %}{{ message.content + '\\n\\n' }}{% endif -%}
{% if message.role == 'user' %}{{ 'User: ' + message.content + '\\n' }}{% endif -%}
{% if message.role == 'assistant' %}{{ 'Assistant: ' + message.content + eos_token + '\\n' }}{% endif -%}
{% endfor -%}
{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}`;

/** What the template itself raised, as opposed to a fault in it. */
class RaisedByTemplate extends Error {}

/** `now` is the clock of templates that insist on the date. */
export function compileChatTemplate(source: ChatTemplateSource, now: () => Date = () => new Date()): ChatTemplate {
  const text = source.source ?? plainTemplate;
  const { program, literals } = parse(text);
  const globals: Record<string, unknown> = {
    true: true,
    True: true,
    false: false,
    False: false,
    none: null,
    None: null,
    range,
    raise_exception: (message: unknown) => {
      throw new RaisedByTemplate(String(message));
    },
    bos_token: source.bosText,
    eos_token: source.eosText,
  };
  // A template that asks whether the date is at hand gets none and says its own fixed one: a run that is repeated on
  // another day must see the same prompt, and so must the model that is asked a month after its training.
  if (!/strftime_now\s+is\s+(not\s+)?defined/.test(text)) {
    globals.strftime_now = (format: string) => formatDate(now(), format);
  }

  return {
    plain: source.source === undefined,
    literals,
    render(messages, ask, tools) {
      const asked = { ...globals, messages: messages.map(plainMessage), add_generation_prompt: ask };
      const values = tools ? { ...asked, tools } : asked;
      try {
        return run(program, values);
      } catch (error) {
        if (error instanceof RaisedByTemplate) {
          throw new TataraError('chat_template_refused', { reason: error.message }, { cause: error });
        }
        try {
          // A template may loop over tools without asking whether there are any, which Python's Jinja lets pass. Not
          // always given, because others take an empty list for a sign that tools are in use.
          return run(program, { tools: [], ...values });
        } catch {
          throw new TataraError('chat_template_broken', { reason: reasonOf(error) }, { cause: error });
        }
      }
    },
  };
}

function run(program: jinja.Template['parsed'], values: Readonly<Record<string, unknown>>): string {
  const environment = new jinja.Environment();
  for (const [name, value] of Object.entries(values)) environment.set(name, value);
  return new jinja.Interpreter(environment).run(program).value;
}

function plainMessage({ role, content, tool_calls }: ChatMessage): ChatMessage {
  return tool_calls ? { role, content, tool_calls } : { role, content };
}

function parse(text: string): { program: jinja.Template['parsed']; literals: string[] } {
  try {
    const tokens: readonly { readonly type: string; readonly value: string }[] = jinja.tokenize(text);
    const literals = tokens.filter((token) => token.type === 'StringLiteral').map((token) => token.value);
    return { program: new jinja.Template(text).parsed, literals };
  } catch (error) {
    throw new TataraError('chat_template_broken', { reason: reasonOf(error) }, { cause: error });
  }
}

const longestRange = 100_000;

/** Python's `range`, but for a length that only a template that means harm would ask for. */
function range(first: number, second?: number, step = 1): number[] {
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!(length <= longestRange)) throw new Error(`range() of ${length} items`);
  return Array.from({ length }, (_, index) => start + index * step);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
