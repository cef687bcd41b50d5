import { setImmediate } from 'node:timers/promises';
import type { Language } from '../contract/common.ts';
import type { ImportProblem } from '../contract/dataset.ts';
import { type ErrorCode, type ErrorDetails, TataraError } from '../contract/errors.ts';
import type { JsonValue } from './json/parseJson.ts';
import { plainDetails, problemText } from './problemText.ts';
import type { Problem, RowSink } from './rowSink.ts';
import type { RowWriter } from './rowWriter.ts';
import { toDatasetRow } from './shapes/toDatasetRow.ts';
import type { Position } from './text/textWindow.ts';

const listedProblems = 100;
/** After so many rows that are all wrong in the same way, the rest of a large file need not be read. */
const enoughOfTheSame = 1000;
const flushBytes = 512 * 1024;
const turnMilliseconds = 5;

/** Where every row of a file is wrong in the same way, it is the file that is wrong. */
const wholeFileCodes: Partial<Record<ErrorCode, ErrorCode>> = {
  row_not_object: 'dataset_rows_not_objects',
  row_columns_unknown: 'dataset_columns_unknown',
  row_columns_ambiguous: 'dataset_columns_ambiguous',
  row_preference: 'dataset_preference',
  row_without_answer: 'dataset_without_answers',
};

export interface CollectorOptions {
  readonly file: string;
  readonly skipBroken: boolean;
  readonly language: Language;
  readonly writer: RowWriter;
  readonly signal: AbortSignal | undefined;
  readonly onRest: () => void;
}

/** Takes what the readers find: good rows go to the writer, problems are listed and counted. */
export class RowCollector implements RowSink {
  goodRows = 0;
  lostRows = 0;
  problemCount = 0;
  readonly problems: ImportProblem[] = [];
  private readonly options: CollectorOptions;
  private firstProblem: Problem | null = null;
  private allTheSame = true;
  private turnStarted = performance.now();

  constructor(options: CollectorOptions) {
    this.options = options;
  }

  row(value: JsonValue, position: Position): void {
    const read = toDatasetRow(value);
    if ('problem' in read) {
      this.problem(read.problem, position, true);
      return;
    }
    this.goodRows++;
    // Without the broken rows nothing will be kept: the rest is read for its problems only.
    if (this.problemCount === 0 || this.options.skipBroken) this.options.writer.add(read.row);
  }

  problem(problem: Problem, position: Position, lostRow: boolean): void {
    this.firstProblem ??= problem;
    if (problem.code !== this.firstProblem.code || problem.partial) this.allTheSame = false;
    this.problemCount++;
    if (lostRow) this.lostRows++;
    if (this.problems.length < listedProblems) {
      const message = problemText(problem, this.options.language);
      this.problems.push({ code: problem.code, message, line: position.line, column: position.column });
    }
    if (this.problemCount === enoughOfTheSame) this.refuseWholeFile();
  }

  refuse(problem: Problem): never {
    const { file, language } = this.options;
    throw new TataraError(problem.code, { file, ...plainDetails(problem, language) });
  }

  get due(): boolean {
    return this.options.writer.pendingBytes > flushBytes || performance.now() - this.turnStarted > turnMilliseconds;
  }

  async rest(): Promise<void> {
    this.options.signal?.throwIfAborted();
    if (this.options.writer.pendingBytes > flushBytes) await this.options.writer.flush();
    this.options.onRest();
    await setImmediate();
    this.turnStarted = performance.now();
  }

  /** Throws where what was found cannot become a data set. `header`: the names in the header of a CSV file. */
  check(header: string | null): void {
    this.refuseWholeFile();
    const { file, skipBroken } = this.options;
    const first = this.problems[0];
    if (first !== undefined) {
      if (skipBroken && this.goodRows > 0) return;
      const details = {
        file,
        count: this.problemCount,
        line: first.line,
        column: first.column ?? 1,
        reason: first.message,
      };
      throw this.error(skipBroken ? 'dataset_no_good_rows' : 'dataset_rows_broken', details);
    }
    if (this.goodRows > 0) return;
    throw header === null
      ? this.error('dataset_no_rows', { file })
      : this.error('dataset_header_only', { file, columns: header });
  }

  private refuseWholeFile(): void {
    if (this.firstProblem === null || this.goodRows > 0 || !this.allTheSame) return;
    const code = wholeFileCodes[this.firstProblem.code];
    if (code === undefined) return;
    throw this.error(code, { file: this.options.file, ...plainDetails(this.firstProblem, this.options.language) });
  }

  private error(code: ErrorCode, details: ErrorDetails): TataraError {
    return new TataraError(code, details, { problems: this.problems });
  }
}
