import type { JsonValue } from '../json/parseJson.ts';
import type { RowSink } from '../rowSink.ts';
import { hasRowShape, isPlainObject } from '../shapes/columns.ts';
import type { TextWindow } from '../text/textWindow.ts';
import { nameList } from '../words.ts';
import { JsonStream } from './jsonStream.ts';

/**
 * One JSON value: a list of rows, one row, or an object of which one field is the list of rows. `reopen` gives the file
 * once more from its start: an object is first looked over to find out which of its fields that is.
 */
export async function readJson(window: TextWindow, sink: RowSink, reopen: () => TextWindow): Promise<void> {
  const stream = new JsonStream(window, sink);
  const first = await stream.peek();
  if (first === '') return;
  const whole =
    first === '['
      ? await stream.array((value, position) => sink.row(value, position), true)
      : first === '{'
        ? await readObject(stream, sink, reopen)
        : await readRow(stream, sink);
  if (whole) await stream.end();
}

async function readRow(stream: JsonStream, sink: RowSink): Promise<boolean> {
  const placed = await stream.value(true);
  if (placed !== null) sink.row(placed.value, placed.position);
  return placed !== null;
}

async function readObject(stream: JsonStream, sink: RowSink, reopen: () => TextWindow): Promise<boolean> {
  // What is broken is told when it is met again, with the rows.
  const silent: RowSink = {
    row: () => {},
    problem: () => {},
    refuse: (problem) => sink.refuse(problem),
    get due() {
      return sink.due;
    },
    rest: () => sink.rest(),
  };
  const survey = await surveyObject(new JsonStream(reopen(), silent));
  const choice = chooseRows(survey, sink);
  if (choice.kind === 'object') return readRow(stream, sink);
  return stream.object((key) =>
    choice.kind === 'field' && key === choice.name
      ? stream.array((value, position) => sink.row(value, position), true)
      : stream.skip(),
  );
}

/** What an object holds: for each field that is a list, its first element; and the names of the fields that are none. */
interface Survey {
  readonly lists: ReadonlyMap<string, JsonValue | undefined>;
  readonly others: readonly string[];
  /** False where the object is broken somewhere. */
  readonly whole: boolean;
}

async function surveyObject(stream: JsonStream): Promise<Survey> {
  const lists = new Map<string, JsonValue | undefined>();
  const others: string[] = [];
  await stream.peek();
  const whole = await stream.object(async (key) => {
    if ((await stream.peek()) !== '[') {
      others.push(key);
      return stream.skip();
    }
    lists.set(key, undefined);
    return stream.array((value) => {
      if (lists.get(key) === undefined) lists.set(key, value);
    }, false);
  });
  return { lists, others, whole };
}

type Choice = { readonly kind: 'object' | 'none' } | { readonly kind: 'field'; readonly name: string };

/** Which field holds the rows, or that the object itself is one; none where it broke off before that can be said. */
function chooseRows({ lists, others, whole }: Survey, sink: RowSink): Choice {
  const names = [...lists.keys()];
  const ofRows = names.filter((name) => hasRowShape(lists.get(name)));
  const fields = [...others, ...names];
  if (ofRows.length === 0 && hasRowShape(Object.fromEntries(fields.map((name) => [name, true])))) {
    return { kind: 'object' };
  }
  const candidates = ofRows.length > 0 ? ofRows : names.filter((name) => isPlainObject(lists.get(name)));
  if (candidates.length === 1) return { kind: 'field', name: candidates[0]! };
  if (!whole) return { kind: 'none' };
  if (candidates.length > 1) sink.refuse({ code: 'dataset_array_ambiguous', details: { found: nameList(candidates) } });
  return sink.refuse({ code: 'dataset_array_missing', details: { found: nameList(fields) } });
}
