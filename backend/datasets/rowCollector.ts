import { setImmediate } from 'node:timers/promises';
import type { ErrorProblem, Language } from '../contract/common.ts';
import { type ErrorCode, type ErrorDetails, TataraError } from '../contract/errors.ts';
import { describeProblem, excerptOf, type FoundProblem } from './foundProblem.ts';
import type { JsonValue } from './json/parseJson.ts';
import { plainDetails } from './problemText.ts';
import type { Problem, RowSink } from './rowSink.ts';
import type { RowWriter } from './rowWriter.ts';
import { toDatasetRow } from './shapes/toDatasetRow.ts';
import type { Position } from './text/textWindow.ts';

/** A file with more of them is looked at as a whole, and what is kept of it stays small. */
const keptProblems = 10_000;
/** An error lists the first ones. */
const toldProblems = 100;
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
  readonly problems: FoundProblem[] = [];
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
      const text = this.problems.length < keptProblems ? JSON.stringify(value) : '';
      this.problem(read.problem, position, true, text);
      return;
    }
    this.goodRows++;
    // Without the broken rows nothing will be kept: the rest is read for its problems only.
    if (this.problemCount === 0 || this.options.skipBroken) this.options.writer.add(read.row);
  }

  problem(problem: Problem, position: Position, lostRow: boolean, text?: string): void {
    this.firstProblem ??= problem;
    if (problem.code !== this.firstProblem.code || problem.partial) this.allTheSame = false;
    this.problemCount++;
    if (lostRow) this.lostRows++;
    if (this.problems.length < keptProblems) {
      const { code, details } = problem;
      const { line, column } = position;
      this.problems.push({ code, details, line, column, excerpt: text === undefined ? null : excerptOf(text) });
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
    const [found] = this.problems;
    if (found !== undefined) {
      const first = describeProblem(found, this.options.language);
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
    const told = this.problems.slice(0, toldProblems).map((problem): ErrorProblem => {
      const { excerpt: _excerpt, ...rest } = describeProblem(problem, this.options.language);
      return rest;
    });
    return new TataraError(code, details, { problems: told });
  }
}
