import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { KillPoint } from './points.ts';
import { type Around, tapFiles, tapRequests, tapStatements } from './taps.ts';

// Loaded before the service (`node --import`): ends the process as a loss of power would, at a point that KILL_AT
// names, from a SIGUSR2 on or from the start.

const { match, when, nth, afterMs, checkpoints, inStart }: KillPoint = JSON.parse(
  process.env['KILL_AT'] ?? '{}',
);
const pattern = new RegExp(match, 's');
let left = nth;
let isArmed = inStart;

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

const around: Around = async (what, run) => {
  if (!isArmed || !pattern.test(what)) return run();
  left -= 1;
  if (left !== 0) return run();
  if (when === 'before') die();
  if (when === 'during') void delay(afterMs).then(die);
  const result = await run();
  if (when === 'after') die();
  return result;
};

/** Lets the write-ahead log look grown after every commit, so that there is a checkpoint after each. */
function checkpointOften(): void {
  const original = fs.promises.stat;
  let asked = 0;
  Reflect.set(fs.promises, 'stat', async (path: string) => {
    const found = await original(path);
    if (path.endsWith('.wal')) {
      // Asked once whether to make one, then twice for what is left.
      found.size = asked % 3 === 0 ? 16 * 1024 ** 2 : 0;
      asked += 1;
    }
    return found;
  });
}

process.once('SIGUSR2', () => (isArmed = true));
if (checkpoints) checkpointOften();
tapFiles(around);
tapStatements(around);
tapRequests(around);
