import { MIB } from '../../config/units.ts';
import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Logger } from '@nestjs/common';
import type { Connection } from './connection.ts';

/** How much the write-ahead log may grow before its changes are moved into the database file. */
const WAL_BYTES = 16 * MIB;

/**
 * Moves changes from the write-ahead log into the database file. If a checkpoint runs out of disk space, DuckDB
 * invalidates the whole database. A checkpoint therefore starts only with enough free space. On a full disk, single
 * writes then fail and reads continue to work.
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

  /**
   * Makes a checkpoint if the log has grown enough. Call it between transactions of the same connection. Never
   * rejects.
   */
  async afterCommit(): Promise<void> {
    if ((await this.#walBytes()) >= this.#dueAtBytes) await this.run();
  }

  /**
   * Makes a checkpoint if the disk has space for it. Otherwise the changes stay in the log, which is durable. Never
   * rejects.
   */
  async run(): Promise<void> {
    try {
      const bytes = await this.#walBytes();
      const { bavail, bsize } = await statfs(dirname(this.#file));
      if (bavail * bsize > 2 * bytes + WAL_BYTES) await this.#connection.command('CHECKPOINT');
      else this.#logger.warn(`The disk of ${this.#file} is nearly full. Changes stay in its .wal file.`);
    } catch (error) {
      this.#logger.error(`The checkpoint of ${this.#file} failed: ${String(error)}`);
    }
    this.#dueAtBytes = (await this.#walBytes()) + WAL_BYTES;
  }

  // Uses stat because it does not open the file: closing a file handle would release this process's lock.
  async #walBytes(): Promise<number> {
    const found = await stat(`${this.#file}.wal`).catch(() => null);
    return found?.size ?? 0;
  }
}
