/** Colours of the terminal. Colour never carries meaning alone: whatever is coloured also says it in words or marks. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warning: (text: string) => string;
  /** The two hues that base and tuned model have everywhere. */
  readonly base: (text: string) => string;
  readonly tuned: (text: string) => string;
}

/** https://no-color.org: colours only on a terminal, and never where NO_COLOR is set to anything. */
export function createStyle(isTerminal: boolean, environment: Readonly<Record<string, string | undefined>>): Style {
  const on = isTerminal && !environment.NO_COLOR && environment.TERM !== 'dumb';
  const code = (open: number, close: number) => (text: string) => (on ? `\x1b[${open}m${text}\x1b[${close}m` : text);
  return {
    bold: code(1, 22),
    dim: code(2, 22),
    good: code(32, 39),
    bad: code(31, 39),
    warning: code(33, 39),
    base: code(34, 39),
    tuned: code(35, 39),
  };
}
