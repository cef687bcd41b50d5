import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { type ChatCompletionRequest, defaultModelName } from '../../contract/chat.ts';
import type { Cli } from '../cli.ts';
import { exitCode } from '../exitCode.ts';
import { onInterrupt } from '../onInterrupt.ts';
import { realNumber, wholeNumber } from '../options.ts';
import { UsageError } from '../usageError.ts';

interface ChatOptions {
  readonly message?: string;
  readonly compare?: true;
  readonly system?: string;
  readonly temperature?: number;
  readonly maxTokens?: number;
}

interface Said {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** One side of the conversation: a model, and all that was said to it and by it. */
interface Side {
  readonly model: string;
  /** What stands before its answers; empty where only one model is asked. */
  readonly label: string;
  readonly messages: Said[];
}

/** `tatara chat [MODEL]`, interactive, or one question with `-m`. */
export function addChat(program: Command, cli: Cli): void {
  program
    .command('chat')
    .argument('[model]', cli.text('help.chat.modelOrDefault'))
    .option('-m, --message <text>', cli.text('help.chat.message'))
    .option('--compare', cli.text('help.chat.compare'))
    .option('--system <text>', cli.text('help.chat.system'))
    .option('--temperature <x>', cli.text('help.chat.temperature'), realNumber('--temperature', 0))
    .option('--max-tokens <n>', cli.text('help.chat.maxTokens'), wholeNumber('--max-tokens', 1))
    .description(cli.text('help.chat'))
    .action(async (asked: string | undefined, options: ChatOptions) => {
      const model = asked ?? (await defaultModel(cli));
      const sides = options.compare ? await bothSides(cli, model) : [{ model, label: '', messages: [] }];
      if (options.message === undefined) await converse(cli, sides, options);
      else await ask(cli, sides, options.message, options);
    });
}

/** By its name, so that the welcome names it; where none is chosen, the backend says what to do. */
async function defaultModel(cli: Cli): Promise<string> {
  const { model } = await (await cli.backend()).call('readDefaultModel');
  return model?.name ?? defaultModelName;
}

/** What may be typed after an answer of both sides. */
const voteWords = new Map([
  ['/base', 'first'],
  ['/same', 'same'],
  ['/tuned', 'second'],
] as const) as ReadonlyMap<string, 'first' | 'same' | 'second'>;

/** Keeps which of the last two answers is better. As on the page, the conversation of the tuned side goes with it. */
async function vote(
  cli: Cli,
  sides: readonly Side[],
  better: 'first' | 'same' | 'second',
  { system }: ChatOptions,
): Promise<void> {
  const answers = sides.map(({ model, messages }) => ({ model, text: messages.at(-1)?.content ?? '' }));
  const [first, second] = answers;
  const before = sides[1]?.messages.slice(0, -1) ?? [];
  if (!first?.text || !second?.text || before.length === 0) return cli.say('votes.none');
  const messages = [...(system ? [{ role: 'system' as const, content: system }] : []), ...before];
  const body = { messages, answers: [first, second] as [typeof first, typeof second], better };
  await (await cli.backend()).call('createPreference', { body });
  cli.say('votes.kept');
}

async function bothSides(cli: Cli, model: string): Promise<Side[]> {
  const backend = await cli.backend();
  const { adapters } = await backend.call('listAdapters');
  const adapter = adapters.find((one) => one.id === model) ?? adapters.find((one) => one.name === model);
  if (!adapter) throw new UsageError('chat.notAdapter', { model });
  return [
    { model: adapter.base_id, label: cli.style.base(cli.text('word.base')), messages: [] },
    { model: adapter.id, label: cli.style.tuned(cli.text('word.tuned')), messages: [] },
  ];
}

async function converse(cli: Cli, sides: readonly Side[], options: ChatOptions): Promise<void> {
  // The backend is there before the first question, so that a wrong data directory is told at once.
  await cli.backend();
  const [first, second] = sides;
  if (second) cli.say('chat.compareWelcome', { base: first?.model ?? '', model: second.model });
  else cli.say('chat.welcome', { model: first?.model ?? '' });
  const reader = createInterface({ input: process.stdin, output: cli.isTerminal ? process.stdout : undefined });
  reader.setPrompt(cli.isTerminal ? '> ' : '');
  reader.on('SIGINT', () => {
    // At the prompt Ctrl-C ends the conversation; while an answer is written, readline passes it on to the process.
    if (!process.emit('SIGINT')) reader.close();
  });
  let isOpen = true;
  reader.once('close', () => {
    isOpen = false;
  });
  reader.prompt();
  for await (const line of reader) {
    const question = line.trim();
    if (question === '/quit' || question === '/exit') break;
    if (question === '/new') {
      for (const side of sides) side.messages.length = 0;
      cli.say('chat.new');
    } else if (second && voteWords.has(question)) {
      await vote(cli, sides, voteWords.get(question)!, options);
    } else if (question !== '') {
      await ask(cli, sides, question, options);
    }
    // The input may have ended while an answer was written.
    if (isOpen) reader.prompt();
  }
  reader.close();
}

/** Asks every side and remembers question and answer; Ctrl-C stops the answer that is being written. */
async function ask(cli: Cli, sides: readonly Side[], question: string, options: ChatOptions): Promise<void> {
  const backend = await cli.backend();
  for (const side of sides) {
    const stop = new AbortController();
    using _interrupt = onInterrupt(() => stop.abort());
    side.messages.push({ role: 'user', content: question });
    const request: ChatCompletionRequest = {
      model: side.model,
      messages: [...(options.system ? [{ role: 'system' as const, content: options.system }] : []), ...side.messages],
      ...(options.temperature === undefined ? {} : { temperature: options.temperature }),
      ...(options.maxTokens === undefined ? {} : { max_tokens: options.maxTokens }),
    };
    if (cli.json) {
      const completion = await backend.call('chatCompletions', { body: request, signal: stop.signal });
      cli.result(completion);
      side.messages.push({ role: 'assistant', content: completion.choices[0]?.message.content ?? '' });
      continue;
    }
    if (side.label !== '') cli.write(`${side.label}  `);
    let answer = '';
    let cut = false;
    try {
      for await (const chunk of backend.streamChat(request, stop.signal)) {
        const text = chunk.choices[0]?.delta.content ?? '';
        cut ||= chunk.choices[0]?.finish_reason === 'length';
        answer += text;
        cli.write(text);
      }
    } catch (error) {
      if (!stop.signal.aborted) throw error;
      if (options.message !== undefined) cli.exitCode = exitCode.interrupted;
    }
    cli.write('\n');
    if (cut) cli.lines(cli.style.dim(cli.text('chat.truncated')));
    side.messages.push({ role: 'assistant', content: answer });
    if (stop.signal.aborted) return;
  }
}
