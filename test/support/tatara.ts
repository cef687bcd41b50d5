import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export const projectRoot = join(import.meta.dirname, '../..');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** The output so far, once it matches; rejects where the process ends before. */
  waitFor(pattern: RegExp): Promise<string>;
}

/** Starts the command line as a person does, with its data in `home` and English texts unless the arguments say else. */
export function startTatara(home: string, args: readonly string[], environment: Record<string, string> = {}): Started {
  return startScript('backend/cli.ts', home, args, environment);
}

/** Runs the command line to its end; `input` is what is typed. */
export async function tatara(home: string, args: readonly string[], input?: string): Promise<Ended> {
  const started = startTatara(home, args);
  started.process.stdin?.end(input);
  return started.ended;
}

/** Starts a TypeScript file of the project. */
export function startScript(
  file: string,
  home: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Started {
  const child = spawn(process.execPath, [...process.execArgv, join(projectRoot, file), ...args], {
    cwd: projectRoot,
    env: { ...process.env, TATARA_HOME: home, LC_ALL: 'C', NO_COLOR: '1', NODE_TEST_CONTEXT: '', ...environment },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  const ended = Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ]).then(([stdout, stderr, code]) => ({ code, stdout, stderr }));
  return {
    process: child,
    ended,
    async waitFor(pattern) {
      if (pattern.test(output)) return output;
      return new Promise<string>((resolve, reject) => {
        child.stdout.on('data', () => {
          if (pattern.test(output)) resolve(output);
        });
        ended.then(({ code, stderr }) => reject(new Error(`ended with ${code} before ${pattern}\n${output}${stderr}`)));
      });
    },
  };
}

/** The JSON documents of an output, one a line. */
export function jsonLines(output: string): unknown[] {
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
