import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '..');
export const CACHE = join(import.meta.dirname, '.cache');
const BUCKET = 'imgstream-bench';
const START_TIMEOUT_MS = 120_000;
const READY_POLL_MS = 5;

const folders: string[] = [];
const running = new Set<ChildProcess>();

// Also where a run is stopped half-way: no service and no folder of gigabytes stays behind.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder of its own for a service's data, on the disk of the temporary folder, until this process ends. */
export async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'imgstream-bench-'));
  folders.push(folder);
  return folder;
}

export interface ServiceOptions {
  dataDir: string;
  imageWorkers: number;
  profile: boolean;
  /** Variables besides. */
  env?: Record<string, string>;
}

/** The built service as a process of its own. */
export class Service {
  readonly url: string;
  /** From the start of the process until it said that it is ready. */
  readonly startMs: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string, startMs: number) {
    this.#child = child;
    this.url = url;
    this.startMs = startMs;
  }

  static async start({ dataDir, imageWorkers, profile, env }: ServiceOptions): Promise<Service> {
    const began = performance.now();
    const flags = profile ? ['--cpu-prof', `--cpu-prof-dir=${join(CACHE, 'profiles')}`] : [];
    const child = spawn(process.execPath, [...flags, 'dist/main.js'], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        PORT: '0',
        DATA_DIR: dataDir,
        AUTH_MODE: 'dev',
        RATE_LIMIT_PER_MINUTE: '0',
        IMAGE_WORKERS: String(imageWorkers),
        // Development writes its log for readers, which costs a request more than production's lines do.
        LOG_LEVEL: 'warn',
        ...env,
      },
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    const url = await addressOf(child);
    while (!(await isReady(url))) {
      if (performance.now() - began > START_TIMEOUT_MS) throw new Error('The service does not get ready.');
      await delay(READY_POLL_MS);
    }
    return new Service(child, url, performance.now() - began);
  }

  /** Of the service and its workers. */
  memory(): Memory | null {
    return this.#child.pid === undefined ? null : memoryOf(this.#child.pid);
  }

  async stop(): Promise<void> {
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exit;
  }
}

/** Runs a service on a folder that is removed afterwards. */
export async function withService<T>(
  options: Omit<ServiceOptions, 'dataDir'> & { dataDir?: string },
  use: (service: Service) => Promise<T>,
): Promise<T> {
  const dataDir = options.dataDir ?? (await freshFolder());
  try {
    const service = await Service.start({ ...options, dataDir });
    try {
      return await use(service);
    } finally {
      await service.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Runs a service that keeps its objects in a folder and one that keeps them in a bucket beside each other. */
export async function withBoth<T>(
  options: Omit<ServiceOptions, 'dataDir' | 'env'>,
  use: (disk: Service, bucket: Service) => Promise<T>,
): Promise<T> {
  return withBucket((env) =>
    withService(options, (disk) => withService({ ...options, env }, (bucket) => use(disk, bucket))),
  );
}

/** A bucket of the tests' Cloud Storage, in a process of its own. `use` is given what a service has to be started with. */
async function withBucket<T>(use: (env: Record<string, string>) => Promise<T>): Promise<T> {
  const folder = await freshFolder();
  const args = ['test/support/gcs/main.ts', '--folder', folder, '--port', '0', '--bucket', BUCKET];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  try {
    const [, url = '', keyFile = ''] = await saidBy(child, child.stdout, /: (http:\S+)\n.*: (\S+)\n/);
    return await use({
      STORAGE_URL: `gs://${BUCKET}`,
      STORAGE_EMULATOR_HOST: url,
      GOOGLE_APPLICATION_CREDENTIALS: keyFile,
    });
  } finally {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

async function addressOf(child: ChildProcess): Promise<string> {
  const [, port] = await saidBy(child, child.stderr, /listens at http:\/\/[^\s]*:(\d+)/);
  return `http://127.0.0.1:${port}`;
}

/** Resolves when a process has said something that it is awaited to say; rejects where it ends before. */
async function saidBy(child: ChildProcess, stream: Readable | null, what: RegExp): Promise<RegExpExecArray> {
  let said = '';
  return new Promise((resolve, reject) => {
    stream?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-10_000);
      const match = what.exec(said);
      if (match) resolve(match);
    });
    child.once('exit', () => reject(new Error(`It did not start: ${said}`)));
  });
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/health/ready`).catch(() => null);
  await answer?.arrayBuffer();
  return answer?.ok ?? false;
}

/** Bytes of a process and all its descendants. */
export interface Memory {
  /** Each page shared by n processes counts as its nth part in each; RSS where the kernel does not tell. */
  pss: number;
  rss: number;
}

/** Null where there is no /proc. */
export function memoryOf(pid: number): Memory | null {
  if (!existsSync('/proc/self/status')) return null;
  const sum = { pss: 0, rss: 0 };
  for (const each of [pid, ...descendants(pid)]) {
    const rss = kilobytes(`/proc/${each}/status`, 'VmRSS') * 1024;
    const pss = kilobytes(`/proc/${each}/smaps_rollup`, 'Pss') * 1024;
    sum.rss += rss;
    sum.pss += pss || rss;
  }
  return sum;
}

function kilobytes(file: string, field: string): number {
  try {
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(file, 'latin1'))?.[1] ?? 0);
  } catch {
    return 0; // It has ended meanwhile.
  }
}

function descendants(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name)) parents.set(Number(name), parentOf(`/proc/${name}/status`));
  }
  const found = [pid];
  for (const each of found) {
    for (const [child, parent] of parents) if (parent === each) found.push(child);
  }
  return found.slice(1);
}

function parentOf(file: string): number {
  try {
    return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(file, 'latin1'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
