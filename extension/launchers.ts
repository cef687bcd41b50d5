interface Launcher {
  readonly name: string;
  readonly text: string;
}

/**
 * Small scripts that start the command line `file` with `executable`, which is Electron inside VS Code and plain Node
 * on a server: ELECTRON_RUN_AS_NODE makes both behave as Node.
 */
export function launchers(executable: string, file: string): Launcher[] {
  const quoted = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`;
  return [
    {
      name: 'tatara',
      text: `#!/bin/sh\nELECTRON_RUN_AS_NODE=1 exec ${quoted(executable)} ${quoted(file)} "$@"\n`,
    },
    {
      name: 'tatara.cmd',
      text: `@echo off\r\nsetlocal\r\nset ELECTRON_RUN_AS_NODE=1\r\n"${executable}" "${file}" %*\r\n`,
    },
  ];
}
