import fs from 'node:fs';
import pLimit from 'p-limit';

/** Writes and flushes at a time: of libuv's threads the others are for the database and for those who look at photos. */
const AT_A_TIME = 4;

const takeTurn = pLimit(AT_A_TIME);

/** Makes a function with a callback wait for its turn. It is looked up at each call, as whoever calls `fs` would. */
function inTurn(name: 'write' | 'writev' | 'fsync') {
  return (...args: unknown[]): void => {
    const done = args.pop();
    if (typeof done !== 'function') throw new TypeError(`${name} needs a callback.`);
    void takeTurn(
      () =>
        new Promise<void>((resolve) => {
          const finish = (...results: unknown[]): void => {
            resolve();
            Reflect.apply(done, undefined, results);
          };
          Reflect.apply(fs[name], fs, [...args, finish]);
        }),
    );
  };
}

/** The `fs` of a stream that writes for somebody who can wait: a hundred large files at once leave the disk to others too. */
export const patientFiles = {
  open: fs.open,
  close: fs.close,
  write: inTurn('write'),
  writev: inTurn('writev'),
  fsync: inTurn('fsync'),
};
