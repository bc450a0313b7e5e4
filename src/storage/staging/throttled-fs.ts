import fs from 'node:fs';
import pLimit from 'p-limit';

/**
 * The number of concurrent writes and flushes. It leaves the other threads of libuv's pool to the database and to
 * the delivery of photos.
 */
const MAX_CONCURRENT = 4;

const limit = pLimit(MAX_CONCURRENT);

/**
 * Limits the concurrency of a function of `fs`. Looks the function up at each call, like any other caller of `fs`.
 */
function limited(name: 'write' | 'writev' | 'fsync') {
  return (...args: unknown[]): void => {
    const callback = args.pop();
    if (typeof callback !== 'function') throw new TypeError(`${name} needs a callback.`);
    void limit(
      () =>
        new Promise<void>((resolve) => {
          const finish = (...results: unknown[]): void => {
            resolve();
            Reflect.apply(callback, undefined, results);
          };
          Reflect.apply(fs[name], fs, [...args, finish]);
        }),
    );
  };
}

/** An `fs` for streams that can wait: even a hundred large files at once leave the disk usable for other work. */
export const throttledFs = {
  open: fs.open,
  close: fs.close,
  write: limited('write'),
  writev: limited('writev'),
  fsync: limited('fsync'),
};
