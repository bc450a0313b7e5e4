import type { DuckDBInstance } from '@duckdb/node-api';
import type { DatabaseUnavailableError } from '../database.ts';
import { DatabaseStartError } from '../database-start-error.ts';
import { Arranger } from './arranger.ts';
import type { ArrangerOptions } from './arranger.ts';
import { Checkpointer } from './checkpointer.ts';
import { CommitCounter, refuseLostFile } from './integrity/commit-counter.ts';
import { Connection } from './connection.ts';
import { closeFile, explain, openFile } from './open.ts';
import { ReaderPool } from './reader-pool.ts';
import { declaredKeys, findDuplicates, findUnindexed, readEverything } from './integrity/self-check.ts';
import { WriterQueue } from './writer-queue.ts';

export interface SessionOptions {
  file: string;
  tempFolder: string;
  /** Connections that read. */
  readers: number;
  readLimitMs: number;
  workLimitMs: number;
  arrange: ArrangerOptions;
  /** Takes the file also where it lacks what was acknowledged, or is gone. */
  recover: boolean;
}

/** One opening of the database file: from taking its lock to giving it up. */
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
    this.writes = new WriterQueue(writer, counter, options.workLimitMs, () =>
      this.#checkpointer.afterCommit(),
    );
    this.#arranger = new Arranger(this.reads, this.writes, options.file, options.arrange);
    this.#counter = counter;
    this.#file = options.file;
    this.#instance = instance;
    this.#connections = connections;
  }

  /**
   * Opens the file, lets `prepare` change it, and checks it. `onFatal` is told once anything finds that the session can
   * only be abandoned.
   * @throws DatabaseStartError
   */
  static async open(
    options: SessionOptions,
    onFatal: (error: unknown) => void,
    prepare: (connection: Connection) => Promise<void>,
  ): Promise<Session> {
    const { file, recover } = options;
    await refuseLostFile(file, recover);
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
      // Reads the indexes too: what is at fault is found while the file and its log are as they were.
      refuseFaults(file, await findUnindexed(writer, keys));
      const counter = await CommitCounter.open(writer, file, recover);
      // Before any change: after a crash, what replayed the write-ahead log is only in memory, its indexes among it.
      await writer.command('CHECKPOINT');
      await prepare(writer);
      await counter.prepare(writer);
      const readers: Connection[] = [];
      for (let made = 0; made < options.readers; made++) readers.push(await connect());
      return new Session(options, instance, counter, [writer, ...readers]);
    } catch (error) {
      for (const connection of connections) connection.close();
      await closeFile(file, instance);
      throw explain(file, error);
    }
  }

  /** True where nothing that was acknowledged can be missing. */
  get attested(): boolean {
    return this.#counter.attested;
  }

  /** Runs the writes that wait and ends the reads that run, then closes the file; what comes later gets `reason`. */
  async close(reason: DatabaseUnavailableError): Promise<void> {
    await Promise.all([this.writes.close(reason), this.reads.close(reason)]);
    await this.#arranger.stop();
    await this.#checkpointer.run();
    await this.#release();
  }

  /** Closes the file without a word to it, after a fatal error; everything that waits gets `reason`. */
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
    `${file} contradicts itself:\n${faults.map((fault) => `  ${fault}`).join('\n')}\n` +
      'Restore a backup; if the .duckdb file was put back from one, remove the .wal file that belongs to the other.',
  );
}
