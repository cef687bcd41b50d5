import { JsonSyntaxError } from '../json/jsonSyntaxError.ts';
import { parseJson } from '../json/parseJson.ts';
import { maxRowLength, type RowSink, rowTooLarge } from '../rowSink.ts';
import type { TextWindow } from '../text/textWindow.ts';
import { attempt, syntaxProblem, valueProblem } from './jsonProblem.ts';

/** One JSON value a line; blank lines are stepped over. */
export async function readJsonl(window: TextWindow, sink: RowSink): Promise<void> {
  let searched = 0;
  for (;;) {
    const end = window.text.indexOf('\n', searched);
    if (end < 0 && !window.ended) {
      searched = window.text.length;
      if (searched > maxRowLength) {
        sink.problem(rowTooLarge, window.positionAt(0), true);
        await skipLine(window);
        searched = 0;
      } else await window.grow();
      continue;
    }
    const last = end < 0;
    const line = last ? window.text : window.text.slice(0, end);
    readLine(line, last, window, sink);
    if (last) return;
    window.drop(end + 1);
    searched = 0;
    if (sink.due) await sink.rest();
  }
}

function readLine(line: string, last: boolean, window: TextWindow, sink: RowSink): void {
  const start = line.search(/[^ \t\r]/);
  if (start < 0) return;
  if (line.length > maxRowLength) {
    sink.problem(rowTooLarge, window.positionAt(0), true);
    return;
  }
  const parsed = attempt(() => parseJson(line));
  const wrong = parsed instanceof JsonSyntaxError ? syntaxProblem(parsed, line, last) : valueProblem(parsed, line);
  if (wrong !== null) sink.problem(wrong.problem, window.positionAt(wrong.offset), true, line.slice(start));
  else if (!(parsed instanceof JsonSyntaxError)) sink.row(parsed.value, window.positionAt(start));
}

/** Up to the next line break, without keeping what is stepped over. */
async function skipLine(window: TextWindow): Promise<void> {
  for (;;) {
    const end = window.text.indexOf('\n');
    if (end >= 0) return window.drop(end + 1);
    window.drop(window.text.length);
    if (window.ended) return;
    await window.grow();
  }
}
