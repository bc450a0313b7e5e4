import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type Bench, eachRound } from '../bench.ts';
import { libraryFolder } from '../libraries.ts';
import type { Measure } from '../measure.ts';
import { freshFolder, type Memory, memoryOf, Service, withService } from '../service.ts';

/** Time between the start of the service and the measurement of its memory. */
const REST_MS = 10_000;

/** Row 10: the time from the start of the process until it is ready. */
export async function start(bench: Bench): Promise<Measure[]> {
  const big = await libraryFolder({ photos: bench.bigLibrary, users: 1, onlyFirst: false }, bench.log);
  const ms = { empty: [] as number[], big: [] as number[], node: [] as number[] };
  try {
    await eachRound(bench, async () => {
      ms.node.push(await bareNode());
      await withService(bench, async ({ startMs }) => void ms.empty.push(startMs));
      const service = await Service.start({ ...bench, dataDir: big });
      ms.big.push(service.startMs);
      await service.stop();
    });
  } finally {
    await rm(big, { recursive: true, force: true });
  }
  const baseline = { name: 'bare Node', rounds: ms.node };
  const count = bench.bigLibrary.toLocaleString('en');
  return [
    {
      row: 10,
      name: 'start to ready, empty library',
      unit: 'ms',
      rounds: ms.empty,
      baseline,
      goal: { is: 'at most', value: 1_000, of: 'value' },
    },
    {
      row: 10,
      name: `start to ready, ${count} photos`,
      unit: 'ms',
      rounds: ms.big,
      baseline,
      goal: { is: 'at most', value: 3_000, of: 'value' },
    },
  ];
}

/** Row 11: the memory of the idle service and its workers; null if there is no /proc. */
export async function idleMemory(bench: Bench): Promise<Measure | null> {
  const found: Memory[] = [];
  const node: number[] = [];
  await eachRound(bench, async () => {
    const folder = await freshFolder();
    const bare = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' });
    await withService({ ...bench, dataDir: folder }, async (service) => {
      await delay(REST_MS);
      const memory = service.memory();
      if (memory) found.push(memory);
      node.push((memoryOf(bare.pid ?? 0)?.rss ?? 0) / 1e6);
    });
    bare.kill();
    await once(bare, 'exit');
  });
  if (found.length === 0) return null;
  return {
    row: 11,
    name: 'memory when idle, service and workers',
    unit: 'MB',
    rounds: found.map(({ pss }) => pss / 1e6),
    baseline: { name: 'bare Node as RSS', rounds: node },
    goal: { is: 'at most', value: 250, of: 'value' },
    note: `RSS ${found.map(({ rss }) => Math.round(rss / 1e6)).join(', ')} MB`,
  };
}

async function bareNode(): Promise<number> {
  const began = performance.now();
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit');
  return performance.now() - began;
}
