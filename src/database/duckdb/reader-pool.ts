import { DatabaseUnavailableError } from '../database.ts';
import type { Row, SqlValue } from '../database.ts';
import type { Connection } from './connection.ts';
import { translate } from './errors.ts';

/** Maximum number of reads that wait for a connection. Further reads are refused. */
const QUEUE_SIZE = 1_000;
/** How long running reads may still take when the pool closes. */
const CLOSING_MS = 2_000;

interface Waiting {
  resolve: (connection: Connection) => void;
  reject: (error: unknown) => void;
}

/** Runs reads on a few connections. Each connection runs one statement at a time. */
export class ReaderPool {
  readonly #connections: readonly Connection[];
  readonly #readLimitMs: number;
  readonly #idle: Connection[];
  readonly #waiting: Waiting[] = [];
  #refusal: DatabaseUnavailableError | null = null;
  #whenIdle: (() => void) | null = null;

  constructor(connections: readonly Connection[], readLimitMs: number) {
    this.#connections = connections;
    this.#readLimitMs = readLimitMs;
    this.#idle = [...connections];
  }

  async query(sql: string, params: readonly SqlValue[]): Promise<Row[]> {
    const connection = await this.#acquire();
    try {
      const { rows } = await connection.read(sql, params, this.#readLimitMs);
      return rows;
    } catch (error) {
      throw translate(error);
    } finally {
      this.#release(connection);
    }
  }

  /**
   * Rejects queued and further reads with `reason`, interrupts running reads after `graceMs`, and resolves when no
   * read is running.
   */
  async close(reason: DatabaseUnavailableError, graceMs = CLOSING_MS): Promise<void> {
    this.#refusal ??= reason;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#refusal);
    if (this.#idle.length === this.#connections.length) return;
    const timer = setTimeout(() => this.#interrupt(), graceMs);
    await new Promise<void>((resolve) => (this.#whenIdle = resolve));
    clearTimeout(timer);
  }

  async #acquire(): Promise<Connection> {
    if (this.#refusal) throw this.#refusal;
    const connection = this.#idle.pop();
    if (connection) return connection;
    if (this.#waiting.length >= QUEUE_SIZE) throw new DatabaseUnavailableError('Too many reads are waiting.');
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #release(connection: Connection): void {
    const next = this.#waiting.shift();
    if (next) {
      next.resolve(connection);
      return;
    }
    this.#idle.push(connection);
    if (this.#idle.length === this.#connections.length) this.#whenIdle?.();
  }

  #interrupt(): void {
    const running = this.#connections.filter((connection) => !this.#idle.includes(connection));
    for (const connection of running) connection.interrupt();
  }
}
