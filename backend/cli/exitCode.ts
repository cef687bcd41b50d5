/** How the command line ends; documented in `tatara --help`. */
export const exitCode = {
  done: 0,
  failed: 1,
  /** Wrong usage, or a recipe with a mistake. */
  usage: 2,
  /** As BSD's EX_SOFTWARE. */
  bug: 70,
  /** As a shell reports SIGINT. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
