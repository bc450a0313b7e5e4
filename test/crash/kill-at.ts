import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { KillPoint } from './points.ts';
import {
  interceptFileCalls,
  interceptPostgres,
  interceptRequests,
  interceptStatements,
  type Interceptor,
} from './interceptors.ts';

// Loaded before the service (`node --import`). Kills the process, or the server of its database, with SIGKILL at the point described by KILL_AT.
// The point becomes active on SIGUSR2 or at the start of the process.

const { match, when, nth, afterMs, checkpoints, inStart, pid }: KillPoint = JSON.parse(
  process.env['KILL_AT'] ?? '{}',
);
const pattern = new RegExp(match, 's');
let remaining = nth;
let isActive = inStart;

function die(): void {
  process.kill(pid ?? process.pid, 'SIGKILL');
}

const interceptor: Interceptor = async (call, run) => {
  if (!isActive || !pattern.test(call)) return run();
  remaining -= 1;
  if (remaining !== 0) return run();
  if (when === 'before') die();
  if (when === 'during') void delay(afterMs).then(die);
  const result = await run();
  if (when === 'after') die();
  return result;
};

/** Reports a large write-ahead log after every commit, so that the service makes a checkpoint after each. */
function checkpointOften(): void {
  const original = fs.promises.stat;
  let calls = 0;
  Reflect.set(fs.promises, 'stat', async (path: string) => {
    const found = await original(path);
    if (path.endsWith('.wal')) {
      // The Checkpointer reads the size three times per checkpoint: once to decide, then twice during and after it.
      found.size = calls % 3 === 0 ? 16 * 1024 ** 2 : 0;
      calls += 1;
    }
    return found;
  });
}

process.once('SIGUSR2', () => (isActive = true));
if (checkpoints) checkpointOften();
interceptFileCalls(interceptor);
interceptStatements(interceptor);
interceptPostgres(interceptor);
interceptRequests(interceptor);
