import { JsonSyntaxError, jsonReason } from '../json/jsonSyntaxError.ts';
import type { JsonNote, ParsedJson } from '../json/parseJson.ts';
import type { Problem } from '../rowSink.ts';
import { unpairedSurrogate } from '../text/unpaired.ts';

export interface PlacedProblem {
  readonly problem: Problem;
  /** In the text that was parsed. */
  readonly offset: number;
}

/** `cutOff`: the source itself ends where the text does. */
export function syntaxProblem(error: JsonSyntaxError, text: string, cutOff: boolean): PlacedProblem {
  const encoding = encodingProblem(text.slice(0, error.offset + 2));
  if (encoding !== null) return encoding;
  const reason = { en: jsonReason(error, 'en'), ja: jsonReason(error, 'ja') };
  const code = error.truncated && cutOff ? 'json_truncated' : 'json_syntax';
  return { problem: { code, details: { reason } }, offset: error.offset };
}

/** What is wrong with a value although it is JSON; null where nothing is. */
export function valueProblem(parsed: ParsedJson, text: string): PlacedProblem | null {
  const note = parsed.notes[0];
  return note === undefined ? encodingProblem(text) : { problem: noteProblem(note), offset: note.offset };
}

/** Calls `parse`; a broken text becomes a problem. */
export function attempt(parse: () => ParsedJson): ParsedJson | JsonSyntaxError {
  try {
    return parse();
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error;
    throw error;
  }
}

function noteProblem({ kind, subject }: JsonNote): Problem {
  return kind === 'duplicate_key'
    ? { code: 'json_duplicate_key', details: { key: JSON.stringify(subject) } }
    : { code: 'text_unpaired_surrogate', details: { character: subject } };
}

/** A byte that is not UTF-8, or half of a pair in UTF-16: both are in the text as a surrogate that stands alone. */
export function encodingProblem(text: string): PlacedProblem | null {
  const offset = unpairedSurrogate(text);
  if (offset < 0) return null;
  const unit = text.charCodeAt(offset);
  const hexadecimal = unit.toString(16).toUpperCase();
  const problem: Problem =
    unit >= 0xdc80 && unit <= 0xdcff
      ? { code: 'text_not_utf8', details: { byte: `0x${hexadecimal.slice(2)}` } }
      : { code: 'text_unpaired_surrogate', details: { character: `U+${hexadecimal}` } };
  return { problem, offset };
}
