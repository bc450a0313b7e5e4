import { MIB } from '../../config/units.ts';
import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Logger } from '@nestjs/common';
import type { Connection } from './connection.ts';

/** What the write-ahead log may grow by before its changes are moved into the file. */
const WAL_BYTES = 16 * MIB;

/**
 * Moves changes from the write-ahead log into the file. DuckDB stops altogether when a checkpoint runs out of disk, so one
 * is only begun with room to spare: on a full disk writes fail one by one, and reads go on.
 */
export class Checkpointer {
  readonly #connection: Connection;
  readonly #file: string;
  readonly #logger = new Logger('DuckDbDatabase');
  #dueAtBytes = WAL_BYTES;

  constructor(connection: Connection, file: string) {
    this.#connection = connection;
    this.#file = file;
  }

  /** Makes a checkpoint once the log has grown enough. To be called between transactions of the same connection; never rejects. */
  async afterCommit(): Promise<void> {
    if ((await this.#walBytes()) >= this.#dueAtBytes) await this.run();
  }

  /** Makes a checkpoint if there is room for it. What is not in the file is still in the log, durable; never rejects. */
  async run(): Promise<void> {
    try {
      const bytes = await this.#walBytes();
      const { bavail, bsize } = await statfs(dirname(this.#file));
      if (bavail * bsize > 2 * bytes + WAL_BYTES) await this.#connection.command('CHECKPOINT');
      else this.#logger.warn(`The disk of ${this.#file} is nearly full: changes stay in its .wal file.`);
    } catch (error) {
      this.#logger.error(`A checkpoint of ${this.#file} failed: ${String(error)}`);
    }
    this.#dueAtBytes = (await this.#walBytes()) + WAL_BYTES;
  }

  // stat does not open the file: to open and close it would drop the lock of this process on it.
  async #walBytes(): Promise<number> {
    const found = await stat(`${this.#file}.wal`).catch(() => null);
    return found?.size ?? 0;
  }
}
