import type { Localised } from '../contract/common.ts';
import type { ErrorCode } from '../contract/errors.ts';
import type { JsonValue } from './json/parseJson.ts';
import type { Position } from './text/textWindow.ts';

/** Something wrong at one place. Details that are words come in both languages. */
export interface Problem {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, string | number | Localised>>;
  /** The row has more of the kind that is wrong here, and that is good. */
  readonly partial?: true;
}

/** Where the readers of all formats put what they find. */
export interface RowSink {
  row(value: JsonValue, position: Position): void;
  /** `lostRow`: the place was a row, which is thereby left out. `text`: the row as it stands in the file. */
  problem(problem: Problem, position: Position, lostRow: boolean, text?: string): void;
  /** Ends the import with an error about the whole file; the file's name is added to its details. */
  refuse(problem: Problem): never;
  /** True when `rest` must be awaited before more is put in. Cheap. */
  readonly due: boolean;
  /** Writes what has gathered, lets other work of the process have its turn, and throws when the import was aborted. */
  rest(): Promise<void>;
}

/** A longer row is refused: nothing that a model can be trained on is so long, and memory stays bounded. UTF-16 units. */
export const maxRowLength = 1_000_000;

export const rowTooLarge: Problem = { code: 'row_too_large', details: { limit: maxRowLength.toLocaleString('en') } };
