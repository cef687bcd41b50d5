import type { ChatMessage, DatasetRow } from '../../contract/dataset.ts';
import type { JsonValue } from '../json/parseJson.ts';
import type { Problem } from '../rowSink.ts';
import { nameList, typeWord, typeWords } from '../words.ts';
import {
  answerColumns,
  type Columns,
  type ExtraColumns,
  expectedColumns,
  findColumns,
  isPlainObject,
} from './columns.ts';
import { readMessages } from './readMessages.ts';
import { readTools } from './readTools.ts';
import { orderProblem } from './roleOrder.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A row as it was imported, in the one shape that everything else knows; or what is wrong with it. */
export function toDatasetRow(value: JsonValue): { readonly row: DatasetRow } | { readonly problem: Problem } {
  if (!isPlainObject(value)) return { problem: { code: 'row_not_object', details: { found: typeWord(value) } } };
  const columns = findColumns(Object.keys(value));
  if (columns.kind === 'preference') return { problem: { code: 'row_preference', details: {} } };
  if (columns.kind === 'unanswered')
    return { problem: { code: 'row_without_answer', details: { field: answerColumns } } };
  if (columns.kind === 'unknown' || columns.kind === 'ambiguous') return { problem: columnsProblem(columns, value) };
  const unsupported = unsupportedField(columns, value);
  if (unsupported !== null) return { problem: unsupported };
  const messages =
    columns.kind === 'pair' ? pairMessages(columns, value) : readMessages(value[columns.messages], columns.messages);
  if ('code' in messages) return { problem: messages };
  const system = systemMessage(columns.system, value, messages);
  if ('code' in system) return { problem: system };
  const all = [...system, ...messages];
  const problem = columns.kind === 'chat' ? orderProblem(all, columns.messages, system.length) : null;
  if (problem !== null) return { problem };
  const filled = columns.tools !== null && isFilled(value[columns.tools]) ? columns.tools : null;
  const tools = filled === null ? [] : readTools(value[filled], filled);
  if ('code' in tools) return { problem: tools };
  return { row: tools.length > 0 ? { messages: all, tools } : { messages: all } };
}

function columnsProblem(columns: Columns & { kind: 'unknown' | 'ambiguous' }, fields: Fields): Problem {
  const found = nameList(Object.keys(fields));
  return columns.kind === 'unknown'
    ? { code: 'row_columns_unknown', details: { found, expected: expectedColumns } }
    : { code: 'row_columns_ambiguous', details: { found, ambiguous: nameList(columns.names) } };
}

function unsupportedField(columns: ExtraColumns, fields: Fields): Problem | null {
  const media = columns.media.find((name) => isFilled(fields[name]));
  if (media !== undefined) return { code: 'row_media', details: { field: media } };
  if (columns.history !== null && isFilled(fields[columns.history])) {
    return { code: 'row_history', details: { field: columns.history } };
  }
  return null;
}

/** Empty lists are also written as text, by tools that flatten them. */
function isFilled(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value === 'string') return !['', '[]', '{}', 'null'].includes(value.trim());
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

function pairMessages(columns: Columns & { kind: 'pair' }, fields: Fields): ChatMessage[] | Problem {
  const prompt = text(fields, columns.prompt);
  if (typeof prompt !== 'string') return prompt;
  const input = columns.input === null ? '' : text(fields, columns.input);
  if (typeof input !== 'string') return input;
  const answer = text(fields, columns.answer);
  if (typeof answer !== 'string') return answer;
  // As Stanford Alpaca puts them: the input stands below the instruction, a blank line between.
  const question = [prompt, input].filter((part) => part.trim() !== '').join('\n\n');
  if (question === '') return { code: 'row_without_prompt', details: { field: columns.prompt } };
  if (answer.trim() === '') return { code: 'row_without_answer', details: { field: columns.answer } };
  return [
    { role: 'user', content: question },
    { role: 'assistant', content: answer },
  ];
}

/** The text of a field; '' where it is absent or null. */
function text(fields: Fields, name: string): string | Problem {
  const value = fields[name] ?? '';
  if (typeof value === 'string') return value;
  return { code: 'row_wrong_type', details: { field: name, found: typeWord(value), expected: typeWords.string } };
}

function systemMessage(name: string | null, fields: Fields, messages: readonly ChatMessage[]): ChatMessage[] | Problem {
  if (name === null) return [];
  const content = text(fields, name);
  if (typeof content !== 'string') return content;
  const own = messages[0]?.role === 'system' ? messages[0] : null;
  if (content.trim() === '' || own?.content === content) return [];
  if (own === null) return [{ role: 'system', content }];
  return {
    code: 'row_columns_ambiguous',
    details: { found: nameList(Object.keys(fields)), ambiguous: `${name}, [0] (system)` },
  };
}
