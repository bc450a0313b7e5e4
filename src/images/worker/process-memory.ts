import { existsSync, readFileSync } from 'node:fs';

/** Whether this system shows the memory of other processes under /proc (Linux). */
export function hasProc(): boolean {
  return existsSync('/proc/self/status');
}

/** Returns the resident memory of any process in bytes; null if it is not available or the process has ended. */
export function residentBytes(pid: number): number | null {
  try {
    // proc_pid_status(5): the unit is kilobytes, regardless of the page size.
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}
