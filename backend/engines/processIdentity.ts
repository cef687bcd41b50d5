import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { EngineIdentity } from '../training/runStore.ts';

/** When a process was started, as the system tells it; null where there is no such process. */
export function processStartTime(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      // The name of the program, in parentheses, may itself hold spaces and parentheses. Field 22 of proc(5), and 3 the state.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? null : (fields[19] ?? null);
    }
    const [program, ...args] =
      process.platform === 'win32'
        ? ['powershell.exe', '-NoProfile', '-Command', `(Get-Process -Id ${pid}).StartTime.Ticks`]
        : ['ps', '-o', 'lstart=', '-p', String(pid)];
    const told = execFileSync(program!, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return told === '' ? null : told;
  } catch {
    return null;
  }
}

/** Ends an engine that outlived its backend, if the process is still that one, and returns when it is gone. */
export async function endOrphan({ pid, startTime }: EngineIdentity): Promise<boolean> {
  if (processStartTime(pid) !== startTime) return false;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
  while (processStartTime(pid) === startTime) await delay(20);
  return true;
}
