import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** The entry point of the built service (`npm run build`). */
const MAIN = join(import.meta.dirname, '../../dist/main.js');
const START_MS = 60_000;

export interface ServiceOptions {
  dataDir: string;
  env?: Record<string, string>;
  /** A module to import before the service. */
  preload?: string;
}

/** The built service in a child process, listening on a free loopback port. */
export class Service {
  /** Resolves when the process has exited and its output is complete. */
  readonly exited: Promise<void>;
  /** The output so far of stdout and stderr. */
  output = '';
  readonly #child: ChildProcess;

  constructor({ dataDir, env = {}, preload }: ServiceOptions) {
    this.#child = spawn(process.execPath, [...(preload ? ['--import', preload] : []), MAIN], {
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'test',
        LOG_LEVEL: 'warn',
        HOST: '127.0.0.1',
        PORT: '0',
        DATA_DIR: dataDir,
        IMAGE_WORKERS: '1',
        RATE_LIMIT_PER_MINUTE: '0',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.exited = once(this.#child, 'close').then(() => undefined);
  }

  get hasExited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  get url(): string {
    const [, port] = /listens at http:\/\/[^\s:]+:(\d+)/.exec(this.output) ?? [];
    if (!port) throw new Error(`The service does not listen yet:\n${this.output}`);
    return `http://127.0.0.1:${port}`;
  }

  /** Requests /health/ready. Returns the status of the response and the details in its body. */
  async probe(): Promise<{ status: number; details: Record<string, { status: string }> }> {
    const response = await fetch(`${this.url}/health/ready`);
    const { details = {} } = (await response.json()) as { details?: Record<string, { status: string }> };
    return { status: response.status, details };
  }

  /**
   * Waits until the service is ready for requests.
   *
   * @throws Error if the service exits, or is not ready within 60 seconds.
   */
  async ready(): Promise<void> {
    const until = performance.now() + START_MS;
    while (performance.now() < until) {
      if (this.hasExited) throw new Error(`The service exited during startup:\n${this.output}`);
      if (this.output.includes('listens at') && (await this.probe()).status === 200) return;
      await delay(40);
    }
    throw new Error(`The service was not ready within ${START_MS} ms:\n${this.output}`);
  }

  /**
   * The proportional and the resident set size of the process in bytes, without its workers. Linux only: reads
   * /proc.
   */
  memory(): { pss: number; rss: number } {
    const text = readFileSync(`/proc/${this.#child.pid}/smaps_rollup`, 'latin1');
    const bytes = (field: string) =>
      Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]) * 1024;
    return { pss: bytes('Pss'), rss: bytes('Rss') };
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Kills the process without a chance to clean up. Resolves when it has exited. */
  kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    return this.exited;
  }
}
