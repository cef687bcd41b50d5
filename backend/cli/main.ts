import { CommanderError } from 'commander';
import { connectBackend, joinBackend } from '../client/connectBackend.ts';
import { entryPoint } from '../files/entryPoint.ts';
import { version } from '../files/packageRoot.ts';
import { chooseLanguage } from '../l10n/language.ts';
import { Cli } from './cli.ts';
import { type ExitCode, exitCode } from './exitCode.ts';
import { createProgram } from './program.ts';
import { showThrown } from './showError.ts';

/** Runs one command line and returns its exit code. `command` is how the reader starts Tatara, for the hints. */
export async function main(args: readonly string[], command = 'tatara'): Promise<ExitCode> {
  // Whoever reads only the first lines (tatara runs | head) closes the pipe; that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : exitCode.bug));
  await using cli = new Cli({
    // Help is written before any option is read, so these two are looked for beforehand.
    language: chooseLanguage(optionValue(args, '--lang'), process.env),
    json: args.includes('--json'),
    command,
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    connect: (language) => connectBackend({ language, mainPath: entryPoint('backend') }),
    join: (language) => joinBackend({ language }),
  });
  try {
    await createProgram(cli, version).parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) cli.exitCode = showThrown(cli, error);
    else if (error.exitCode !== 0) cli.exitCode = exitCode.usage;
  }
  return cli.exitCode;
}

function optionValue(args: readonly string[], name: string): string | undefined {
  const index = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`));
  if (index < 0) return undefined;
  return args[index]?.includes('=') ? args[index].slice(name.length + 1) : args[index + 1];
}
