import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import type * as z from 'zod';
import type { Language } from '../contract/common.ts';
import { errorBody, storedError } from '../contract/errorBody.ts';
import type { Doctor, DoctorCheck } from '../contract/system.ts';
import { formatBytes } from '../l10n/format.ts';
import type { TextKey } from '../l10n/texts.ts';
import { type TextDetails, translate } from '../l10n/translate.ts';

/** What a probe of the engine found. */
export interface Probed {
  readonly engineVersion: string;
  readonly ggmlVersion: string;
  readonly libraryDirectory: string;
  readonly cpuVariant: string;
  readonly devices: Doctor['devices'];
}

export interface ExamineOptions {
  readonly version: string;
  readonly dataDirectory: string;
  readonly port: number;
  /** Loads the native libraries in a process of its own. Throws why that does not go. */
  readonly probe: () => Promise<Probed>;
  /** The schema's version. Throws what is wrong with the data base. */
  readonly checkDatabase: () => number;
}

type Check = z.infer<typeof DoctorCheck>;
type Finding = Pick<Check, 'state' | 'finding' | 'advice'>;

/** Less than this is told as scarce, bytes. */
const scarceMemory = 1e9;
const scarceDisk = 5e9;
const noDisk = 2e8;

/** Looks at all that Tatara needs of this machine. */
export async function examine(options: ExamineOptions, language: Language): Promise<Doctor> {
  const say = (key: TextKey, details?: TextDetails) => translate(language, key, details);
  const { version, dataDirectory, port, probe, checkDatabase } = options;
  const free = freemem();
  const total = totalmem();
  const [probed, disk, writable] = await Promise.all([
    attempt(probe),
    attempt(() => statfs(dataDirectory)),
    attempt(() => access(dataDirectory, constants.W_OK)),
  ]);
  const diskFree = disk.ok ? disk.value.bavail * disk.value.bsize : 0;
  const database = await attempt(checkDatabase);
  const wrong = (error: unknown, advice?: string): Finding => {
    const { message, hint } = errorBody(storedError(error), language);
    const said = hint ?? advice;
    return { state: 'error', finding: message, ...(said === undefined ? {} : { advice: said }) };
  };
  const good = (finding: string): Finding => ({ state: 'ok', finding });

  const findings: readonly (readonly [id: string, title: TextKey, finding: Finding])[] = [
    ['node', 'check.node', good(say('check.node.found', { version: process.versions.node, path: process.execPath }))],
    [
      'libraries',
      'check.libraries',
      probed.ok
        ? good(
            say('check.libraries.found', {
              version: probed.value.ggmlVersion,
              variant: probed.value.cpuVariant,
              path: probed.value.libraryDirectory,
            }),
          )
        : wrong(probed.error),
    ],
    [
      'devices',
      'check.devices',
      probed.ok && probed.value.devices.length > 0
        ? good(probed.value.devices.map(({ name }) => name).join(', '))
        : { state: 'error', finding: say('check.devices.none') },
    ],
    [
      'memory',
      'check.memory',
      {
        ...good(say('check.memory.found', { free: formatBytes(free), total: formatBytes(total) })),
        ...(free < scarceMemory ? { state: 'warning', advice: say('check.memory.advice') } : {}),
      },
    ],
    [
      'disk',
      'check.disk',
      {
        ...good(say('check.disk.found', { free: formatBytes(diskFree) })),
        ...(diskFree < scarceDisk
          ? { state: diskFree < noDisk ? 'error' : 'warning', advice: say('check.disk.advice') }
          : {}),
      },
    ],
    [
      'data_directory',
      'check.data_directory',
      writable.ok
        ? good(dataDirectory)
        : {
            state: 'error',
            finding: say('check.data_directory.readonly', { path: dataDirectory }),
            advice: say('check.data_directory.advice'),
          },
    ],
    [
      'database',
      'check.database',
      database.ok
        ? good(say('check.database.found', { version: database.value }))
        : wrong(database.error, say('check.database.advice')),
    ],
    ['port', 'check.port', good(say('check.port.found', { address: `http://127.0.0.1:${port}` }))],
  ];

  return {
    version,
    engine_version: probed.ok ? probed.value.engineVersion : null,
    ggml_version: probed.ok ? probed.value.ggmlVersion : null,
    cpu_variant: probed.ok ? probed.value.cpuVariant : null,
    devices: probed.ok ? probed.value.devices : [],
    memory_total: total,
    memory_free: free,
    disk_free: diskFree,
    data_directory: dataDirectory,
    checks: findings.map(([id, title, finding]) => ({ id, title: say(title), ...finding })),
  };
}

type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

async function attempt<T>(work: () => T | Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error };
  }
}
