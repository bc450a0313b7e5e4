import { Worker } from 'node:worker_threads';

const WATCH_MS = 500;
/** Node.js cannot start the thread with 4 MB. */
const HEAP_MB = 16;

/**
 * The program of a separate thread, because a decoder may block the main thread forever. An orphaned process gets a
 * new parent, so its parent's id changes.
 */
const WATCH = `
  const { workerData } = require('node:worker_threads');
  setInterval(() => {
    if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL');
  }, ${WATCH_MS});
`;

/**
 * Makes this child process end with its parent. The process ignores SIGTERM and SIGINT, because the parent lets it
 * finish its job. It kills itself when the parent has ended for any reason, even in the middle of a job.
 */
export function endWithParent(): void {
  process.on('SIGTERM', ignore);
  process.on('SIGINT', ignore);
  // exit() would wait for native threads.
  process.on('disconnect', end);
  const watch = new Worker(WATCH, {
    eval: true,
    workerData: process.ppid,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 1 },
  });
  // Without the watching thread, the process could outlive its parent.
  watch.on('error', end);
  watch.unref();
  if (!process.connected) end();
}

function end(): void {
  process.kill(process.pid, 'SIGKILL');
}

function ignore(): void {
  // The parent decides when this process ends.
}
