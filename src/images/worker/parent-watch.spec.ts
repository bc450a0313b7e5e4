import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isRunning, until, WorkerPools } from '../testing/worker-pools.ts';

/** Processes that a failing test would leave running. */
const orphans: number[] = [];

let pools: WorkerPools;
beforeAll(async () => {
  pools = await WorkerPools.create();
});
afterAll(async () => {
  for (const pid of orphans.filter(isRunning)) process.kill(pid, 'SIGKILL');
  await pools.remove();
});

describe('a worker ends', () => {
  it('when its parent ends, which an idle worker does not prevent', async () => {
    const script = `
      import { WorkerPool } from ${JSON.stringify(import.meta.resolve('./worker-pool.ts'))};
      const pool = new WorkerPool({ size: 1, maxPixels: 1e6, maxRssBytes: 2e9, startTimeoutMs: 9e4, jobTimeoutMs: 6e4,
        idleMs: 6e4, warn() {} });
      await pool.process(process.argv[1]);
      console.log(pool.workers[0].pid);
    `;
    const args = ['--input-type=module', '-e', script, pools.photo];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 200_000 });
    await until(() => !isRunning(Number(stdout)));
  });

  it('when its parent is killed during jobs', async () => {
    const script = `
      import { WorkerPool } from ${JSON.stringify(import.meta.resolve('./worker-pool.ts'))};
      const pool = new WorkerPool({ size: 2, maxPixels: 1e6, maxRssBytes: 2e9, startTimeoutMs: 9e4, jobTimeoutMs: 6e4,
        idleMs: 6e4, warn() {} });
      const path = process.argv[1];
      const hang = () => { pool.process(path).catch(() => {}); };
      await pool.warm();
      hang(); hang();
      while (pool.workers.filter(({ isBusy }) => isBusy).length < 2) await new Promise((next) => setTimeout(next, 20));
      console.log(JSON.stringify(pool.workers.map(({ pid }) => pid)));
    `;
    const parent = execFile(process.execPath, [
      '--input-type=module',
      '-e',
      script,
      await pools.blockingFile(),
    ]);
    const pids = await new Promise<number[]>((resolve) => {
      parent.stdout?.once('data', (line: string) => resolve(JSON.parse(line)));
    });
    orphans.push(...pids);
    expect(pids.map(isRunning)).toEqual([true, true]);
    parent.kill('SIGKILL');
    await until(() => !pids.some(isRunning));
  });

  it('when its parent is killed while a decoder is in an infinite loop', async () => {
    const child = join(pools.folder, 'child.mts');
    await writeFile(
      child,
      `import { endWithParent } from ${JSON.stringify(import.meta.resolve('./parent-watch.ts'))};
       endWithParent();
       process.send(process.pid, () => { for (;;); });`,
    );
    const script = `
      import { fork } from 'node:child_process';
      fork(process.argv[1], { execArgv: [] }).on('message', (pid) => console.log(pid));
    `;
    const parent = execFile(process.execPath, ['--input-type=module', '-e', script, child]);
    const pid = await new Promise<number>((resolve) => {
      parent.stdout?.once('data', (line: string) => resolve(Number(line)));
    });
    orphans.push(pid);
    expect(isRunning(pid)).toBe(true);
    parent.kill('SIGKILL');
    await until(() => !isRunning(pid));
  });
});
