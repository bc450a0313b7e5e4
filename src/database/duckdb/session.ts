import type { DuckDBInstance } from '@duckdb/node-api';
import type { DatabaseUnavailableError } from '../database.ts';
import { DatabaseStartError } from '../database-start-error.ts';
import { Arranger } from './arranger.ts';
import type { ArrangerOptions } from './arranger.ts';
import { Checkpointer } from './checkpointer.ts';
import { CommitCounter, refuseMissingFile } from './integrity/commit-counter.ts';
import { Connection } from './connection.ts';
import { closeFile, explain, openFile } from './open.ts';
import { ReaderPool } from './reader-pool.ts';
import { declaredKeys, findDuplicates, findUnindexed, readEverything } from './integrity/self-check.ts';
import { WriterQueue } from './writer-queue.ts';

export interface SessionOptions {
  file: string;
  tempFolder: string;
  /** Number of read connections. */
  readers: number;
  readLimitMs: number;
  writeLimitMs: number;
  arrange: ArrangerOptions;
  /** If true, opens the file even if it lacks acknowledged writes, and creates it if it is missing. */
  recover: boolean;
}

/** The database file while it is open, from acquiring its lock to releasing it. */
export class Session {
  readonly reads: ReaderPool;
  readonly writes: WriterQueue;
  readonly #file: string;
  readonly #instance: DuckDBInstance;
  readonly #checkpointer: Checkpointer;
  readonly #arranger: Arranger;
  readonly #counter: CommitCounter;
  readonly #connections: readonly Connection[];

  private constructor(
    options: SessionOptions,
    instance: DuckDBInstance,
    counter: CommitCounter,
    connections: [Connection, ...Connection[]],
  ) {
    const [writer, ...readers] = connections;
    this.#checkpointer = new Checkpointer(writer, options.file);
    this.reads = new ReaderPool(readers, options.readLimitMs);
    this.writes = new WriterQueue(writer, counter, options.writeLimitMs, () =>
      this.#checkpointer.afterCommit(),
    );
    this.#arranger = new Arranger(this.reads, this.writes, options.file, options.arrange);
    this.#counter = counter;
    this.#file = options.file;
    this.#instance = instance;
    this.#connections = connections;
  }

  /**
   * Opens and checks the file, then calls `prepare` to change it.
   * @param onFatal is called when an error leaves `abandon` as the only option
   * @throws DatabaseStartError if the file cannot be opened, is damaged, or lacks acknowledged writes
   */
  static async open(
    options: SessionOptions,
    onFatal: (error: unknown) => void,
    prepare: (connection: Connection) => Promise<void>,
  ): Promise<Session> {
    const { file, recover } = options;
    await refuseMissingFile(file, recover);
    const instance = await openFile(file, options.tempFolder);
    const connections: Connection[] = [];
    const connect = async (): Promise<Connection> => {
      const connection = new Connection(await instance.connect(), onFatal);
      connections.push(connection);
      return connection;
    };
    try {
      const writer = await connect();
      await readEverything(writer);
      const keys = await declaredKeys(writer);
      refuseFaults(file, await findDuplicates(writer, keys));
      // Also reads the indexes, so that damage is found before the file and its log are changed.
      refuseFaults(file, await findUnindexed(writer, keys));
      const counter = await CommitCounter.open(writer, file, recover);
      // Before any change: after a crash, the data and indexes replayed from the write-ahead log are only in
      // memory.
      await writer.command('CHECKPOINT');
      await prepare(writer);
      await counter.prepare(writer);
      const readers: Connection[] = [];
      for (let count = 0; count < options.readers; count++) readers.push(await connect());
      return new Session(options, instance, counter, [writer, ...readers]);
    } catch (error) {
      for (const connection of connections) connection.close();
      await closeFile(file, instance);
      throw explain(file, error);
    }
  }

  /** True if the file is known to contain every acknowledged write. */
  get attested(): boolean {
    return this.#counter.attested;
  }

  /**
   * Runs the queued writes, stops the reads, makes a checkpoint and closes the file. Later calls fail with
   * `reason`.
   */
  async close(reason: DatabaseUnavailableError): Promise<void> {
    await Promise.all([this.writes.close(reason), this.reads.close(reason)]);
    await this.#arranger.stop();
    await this.#checkpointer.run();
    await this.#release();
  }

  /** Closes the file after a fatal error, without writing to it. Queued reads and writes fail with `reason`. */
  async abandon(reason: DatabaseUnavailableError): Promise<void> {
    await Promise.all([this.writes.abandon(reason), this.reads.close(reason, 0)]);
    await this.#arranger.stop();
    await this.#release();
  }

  async #release(): Promise<void> {
    for (const connection of this.#connections) connection.close();
    await this.#counter.close();
    await closeFile(this.#file, this.#instance);
  }
}

function refuseFaults(file: string, faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw new DatabaseStartError(
    `${file} is inconsistent:\n${faults.map((fault) => `  ${fault}`).join('\n')}\n` +
      'Restore a backup. If the .duckdb file was restored from one, remove the .wal file that belongs to the other database file.',
  );
}
