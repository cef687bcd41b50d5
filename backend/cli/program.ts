import { Command, type CommanderError } from 'commander';
import type { TextKey } from '../l10n/texts.ts';
import type { Cli } from './cli.ts';
import { addChat } from './commands/chat.ts';
import { addDatasets } from './commands/datasets.ts';
import { addDoctor } from './commands/doctor.ts';
import { addImport } from './commands/import.ts';
import { addListCommands } from './commands/lists.ts';
import { addRecommend } from './commands/recommend.ts';
import { addRuns } from './commands/runs.ts';
import { addServe } from './commands/serve.ts';
import { addStatus } from './commands/status.ts';
import { addTrain } from './commands/train.ts';
import { addTutorial } from './commands/tutorial.ts';
import { addVotes } from './commands/votes.ts';
import { UsageError } from './usageError.ts';

/** The whole command line. Its own errors come out as UsageError. */
export function createProgram(cli: Cli, version: string): Command {
  const program = new Command('tatara')
    .description(cli.text('help.tatara'))
    .version(version, '-V, --version', cli.text('help.version'))
    .option('--json', cli.text('help.json'))
    .option('--lang <language>', cli.text('help.lang'))
    .addHelpText('after', `\n${cli.text('help.after')}`);
  addTutorial(program, cli);
  addImport(program, cli);
  addRecommend(program, cli);
  addTrain(program, cli);
  addRuns(program, cli);
  addChat(program, cli);
  addVotes(program, cli);
  addDatasets(program, cli);
  addListCommands(program, cli);
  addServe(program, cli);
  addStatus(program, cli);
  addDoctor(program, cli);
  for (const command of allOf(program)) localise(command, cli);
  return program;
}

function allOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allOf)];
}

const titles: Readonly<Record<string, TextKey>> = {
  'Usage:': 'help.usage',
  'Arguments:': 'help.arguments',
  'Options:': 'help.options',
  'Global Options:': 'help.globalOptions',
  'Commands:': 'help.commands',
};

function localise(command: Command, cli: Cli): void {
  command
    .helpOption('-h, --help', cli.text('help.help'))
    .configureHelp({
      showGlobalOptions: true,
      helpWidth: cli.columns,
      styleTitle: (title) => cli.style.bold(titles[title] ? cli.text(titles[title]) : title),
    })
    // Errors are told by showError, in the reader's language.
    .configureOutput({ outputError: () => {} })
    .exitOverride((error) => {
      throw usage(error);
    });
  if (command.commands.length > 0) command.helpCommand('help [command]', cli.text('help.helpCommand'));
}

const usageTexts: Readonly<Record<string, TextKey>> = {
  'commander.unknownOption': 'usage.unknownOption',
  'commander.unknownCommand': 'usage.unknownCommand',
  'commander.missingArgument': 'usage.missingArgument',
  'commander.missingMandatoryOptionValue': 'usage.missingArgument',
  'commander.optionMissingArgument': 'usage.optionValue',
  'commander.excessArguments': 'usage.tooMany',
};

/** Commander's English message becomes the text of its code; what it is about stands in quotes in the message. */
function usage(error: CommanderError): Error {
  const key = usageTexts[error.code];
  if (!key) return error;
  const value = /'([^']+)'/.exec(error.message)?.[1] ?? '';
  const meant = /Did you mean (?:one of )?([^?]+)\?/.exec(error.message)?.[1];
  return new UsageError(key, { value, ...(meant === undefined ? {} : { meant }) });
}
