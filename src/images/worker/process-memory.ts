import { existsSync, readFileSync } from 'node:fs';

/** Whether this system shows the memory of another process (Linux). */
export function hasProc(): boolean {
  return existsSync('/proc/self/status');
}

/** Bytes of a process's resident memory, seen from outside; null where the system does not tell, or the process is gone. */
export function residentBytes(pid: number): number | null {
  try {
    // proc_pid_status(5): kilobytes, whatever the size of a page.
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}
