import type { Command } from 'commander';
import { formatBytes } from '../../l10n/format.ts';
import type { Cli } from '../cli.ts';
import { exitCode } from '../exitCode.ts';
import { facts } from '../table.ts';
import { textWidth } from '../width.ts';

/** `tatara doctor`: what was found on this machine; exit code 1 where something keeps Tatara from working. */
export function addDoctor(program: Command, cli: Cli): void {
  program
    .command('doctor')
    .description(cli.text('help.doctor'))
    .action(async () => {
      const doctor = await (await cli.backend()).call('doctor');
      cli.result(doctor);
      const { style } = cli;
      const marks = { ok: style.good('✓'), warning: style.warning('!'), error: style.bad('✗') };
      const width = Math.max(...doctor.checks.map((check) => textWidth(check.title)));
      cli.lines(`Tatara ${doctor.version}`, '');
      for (const check of doctor.checks) {
        const [line = ''] = facts([[check.title + ' '.repeat(width - textWidth(check.title)), check.finding]]);
        cli.lines(`${marks[check.state]} ${line}`);
        if (check.advice) cli.lines(`${' '.repeat(width + 4)}${style.dim(`→ ${check.advice}`)}`);
      }
      if (doctor.devices.length > 0) {
        cli.lines(
          '',
          cli.text('doctor.devices'),
          ...facts(
            doctor.devices.map((device) => [
              device.name,
              device.memory_total > 0
                ? `${device.description}, ${cli.text('doctor.memory', { free: formatBytes(device.memory_free), total: formatBytes(device.memory_total) })}`
                : device.description,
            ]),
          ).map((line) => `  ${line}`),
        );
      }
      const errors = doctor.checks.filter((check) => check.state === 'error').length;
      const warnings = doctor.checks.filter((check) => check.state === 'warning').length;
      cli.lines('');
      if (errors > 0) cli.say('doctor.bad', { count: errors });
      else if (warnings > 0) cli.say('doctor.warnings', { count: warnings });
      else cli.say('doctor.good');
      if (errors > 0) cli.exitCode = exitCode.failed;
    });
}
