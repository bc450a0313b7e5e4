import { Worker } from 'node:worker_threads';

const WATCH_MS = 500;
/** Four are too few for Node to start the thread. */
const HEAP_MB = 16;

/** In a thread of its own, because a decoder may keep the main one busy for ever. Once orphaned, a process has a new parent. */
const WATCH = `
  const { workerData } = require('node:worker_threads');
  setInterval(() => {
    if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL');
  }, ${WATCH_MS});
`;

/**
 * Binds this child process to its parent's life: it ignores the signals that ask to stop, since the parent first lets it finish, and
 * ends when the parent does, whatever it is doing and however the parent ended.
 */
export function endWithParent(): void {
  process.on('SIGTERM', ignore);
  process.on('SIGINT', ignore);
  // Not exit(): that waits for what native threads are doing.
  process.on('disconnect', end);
  const watch = new Worker(WATCH, {
    eval: true,
    workerData: process.ppid,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 1 },
  });
  // Nor does a process go on that is no longer watched.
  watch.on('error', end);
  watch.unref();
  if (!process.connected) end();
}

function end(): void {
  process.kill(process.pid, 'SIGKILL');
}

function ignore(): void {
  // The parent decides.
}
