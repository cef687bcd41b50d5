/** Which of a row's fields are taken, by their names. */

/** What a field is for. */
type Part =
  | 'prompt'
  | 'input'
  | 'answer'
  | 'system'
  | 'messages'
  | 'history'
  | 'chosen'
  | 'rejected'
  | 'tools'
  | 'media';

const partNames: Readonly<Record<Part, readonly string[]>> = {
  prompt: [
    'instruction',
    'prompt',
    'question',
    'query',
    '指示',
    '指示文',
    '命令',
    '質問',
    '質問文',
    '問い',
    'プロンプト',
  ],
  input: ['input', 'context', '入力', '入力文', '文脈', 'コンテキスト'],
  answer: ['output', 'response', 'completion', 'answer', '出力', '回答', '応答', '返答', '答え', '解答'],
  system: ['system', 'system_prompt', 'システム', 'システムプロンプト'],
  messages: ['messages', 'conversations', 'conversation', 'utterances', 'メッセージ', '会話'],
  history: ['history', '履歴'],
  chosen: ['chosen'],
  rejected: ['rejected'],
  tools: ['tools', 'functions'],
  media: ['image', 'images', 'video', 'videos', 'audio', 'audios'],
};

/** As they are shown to a person. */
export const answerColumns = partNames.answer.join(', ');

export const expectedColumns =
  'instruction (+ input) / output, prompt / completion, question / answer, input / output, messages, conversations, 質問 / 回答, 指示 (+ 入力) / 出力';

const partByName = new Map(
  Object.entries(partNames).flatMap(([part, names]) => names.map((name) => [name, part as Part] as const)),
);

/** The extras: taken or refused wherever they are filled. */
export interface ExtraColumns {
  readonly system: string | null;
  readonly history: string | null;
  readonly tools: string | null;
  readonly media: readonly string[];
}

export type Columns =
  | ({
      readonly kind: 'pair';
      readonly prompt: string;
      readonly input: string | null;
      readonly answer: string;
    } & ExtraColumns)
  | ({ readonly kind: 'chat'; readonly messages: string } & ExtraColumns)
  | { readonly kind: 'preference' }
  | { readonly kind: 'ambiguous'; readonly names: readonly string[] }
  /** There is a question, but no field that could hold its answer. */
  | { readonly kind: 'unanswered' }
  | { readonly kind: 'unknown' };

/** Case, width and white space at the ends of a name do not matter. */
export function findColumns(names: readonly string[]): Columns {
  const found: Record<Part, string[]> = {
    ...{ prompt: [], input: [], answer: [], system: [], messages: [] },
    ...{ history: [], chosen: [], rejected: [], tools: [], media: [] },
  };
  for (const name of names) {
    const part = partByName.get(name) ?? (name.length <= 40 ? partByName.get(normalise(name)) : undefined);
    if (part !== undefined) found[part].push(name);
  }
  if (found.chosen.length > 0 && found.rejected.length > 0) return { kind: 'preference' };
  const { system, history, tools } = found;
  const extras = {
    system: system[0] ?? null,
    history: history[0] ?? null,
    tools: tools[0] ?? null,
    media: found.media,
  };
  const prompts = found.prompt.length > 0 ? found.prompt : found.input;
  const inputs = found.prompt.length > 0 ? found.input : [];
  const isPair = prompts.length > 0 && found.answer.length > 0;
  if (found.messages.length > 0) {
    const rivals = isPair ? [...found.messages, ...prompts, ...found.answer] : found.messages;
    if (rivals.length > 1) return { kind: 'ambiguous', names: rivals };
    return { kind: 'chat', messages: found.messages[0]!, ...extras };
  }
  if (!isPair) return { kind: found.prompt.length > 0 ? 'unanswered' : 'unknown' };
  for (const rivals of [prompts, inputs, found.answer, system]) {
    if (rivals.length > 1) return { kind: 'ambiguous', names: rivals };
  }
  return { kind: 'pair', prompt: prompts[0]!, input: inputs[0] ?? null, answer: found.answer[0]!, ...extras };
}

/** Whether an object looks like a row at all, good or not. */
export function hasRowShape(value: unknown): boolean {
  return isPlainObject(value) && !['unknown', 'unanswered'].includes(findColumns(Object.keys(value)).kind);
}

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function normalise(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}
