import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../loopback.ts';
import { type LocalPostgres, queryUrl } from './local-postgres.ts';

const PROGRAM = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/usr/local/bin/pgbouncer'].find((path) =>
  existsSync(path),
);

/** True if PgBouncer is installed on this machine (Debian: `apt-get install pgbouncer`). */
export const hasPgBouncer = PROGRAM !== undefined;

/** A PgBouncer in front of a local PostgreSQL, which gives each transaction a server connection of its own. */
export class PgBouncer {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly port: number;

  private constructor(child: ChildProcess, folder: string, port: number) {
    this.#child = child;
    this.#folder = folder;
    this.port = port;
  }

  static async start(postgres: LocalPostgres): Promise<PgBouncer> {
    if (!PROGRAM) throw new Error('PgBouncer is not installed.');
    const folder = await mkdtemp(join(tmpdir(), 'imgstream-pgbouncer-'));
    await chmod(folder, 0o755);
    const port = await freePort();
    const { username, password } = new URL(postgres.url());
    await writeFile(join(folder, 'users.txt'), `"${username}" "${password}"\n`);
    await writeFile(
      join(folder, 'pgbouncer.ini'),
      [
        '[databases]',
        `* = host=127.0.0.1 port=${postgres.port}`,
        '[pgbouncer]',
        'listen_addr = 127.0.0.1',
        `listen_port = ${port}`,
        'unix_socket_dir =',
        'auth_type = plain',
        `auth_file = ${join(folder, 'users.txt')}`,
        'pool_mode = transaction',
        // Few server connections, so that transactions of one client move between them.
        'default_pool_size = 4',
        'max_client_conn = 200',
      ].join('\n'),
    );
    // PgBouncer refuses to run as root.
    const asUser = process.getuid?.() === 0 ? ['-u', 'postgres'] : [];
    const child = spawn(PROGRAM, ['-q', ...asUser, join(folder, 'pgbouncer.ini')], { stdio: 'ignore' });
    const bouncer = new PgBouncer(child, folder, port);
    await bouncer.#ready(postgres.url());
    return bouncer;
  }

  /** The URL of the same database through PgBouncer. */
  through(url: string): string {
    const bounced = new URL(url);
    bounced.port = String(this.port);
    return bounced.href;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null) {
      this.#child.kill('SIGKILL');
      await once(this.#child, 'exit');
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #ready(url: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await queryUrl(this.through(url), 'SELECT 1');
        return;
      } catch (error) {
        if (attempt === 200 || this.#child.exitCode !== null) throw error;
        await delay(50);
      }
    }
  }
}
