import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type Bench, eachRound } from '../bench.ts';
import { libraryFolder } from '../libraries.ts';
import type { Measure } from '../measure.ts';
import { freshFolder, type Memory, memoryOf, Service, withService } from '../service.ts';

const REST_MS = 10_000;

/** Row 10: from the start of the process until it says that it is ready. */
export async function start(bench: Bench): Promise<Measure[]> {
  const big = await libraryFolder({ photos: bench.bigLibrary, people: 1, alone: false }, bench.log);
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
  const beside = { name: 'bare Node', rounds: ms.node };
  const count = bench.bigLibrary.toLocaleString('en');
  return [
    {
      row: 10,
      name: 'start to ready, empty library',
      unit: 'ms',
      rounds: ms.empty,
      beside,
      goal: { is: 'at most', value: 1_000, of: 'value' },
    },
    {
      row: 10,
      name: `start to ready, ${count} photos`,
      unit: 'ms',
      rounds: ms.big,
      beside,
      goal: { is: 'at most', value: 3_000, of: 'value' },
    },
  ];
}

/** Row 11: the service and its workers at rest. Null where there is no /proc. */
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
    name: 'memory at rest, server and workers',
    unit: 'MB',
    rounds: found.map(({ pss }) => pss / 1e6),
    beside: { name: 'bare Node as RSS', rounds: node },
    goal: { is: 'at most', value: 250, of: 'value' },
    note: `RSS ${found.map(({ rss }) => Math.round(rss / 1e6)).join(', ')} MB`,
  };
}

async function bareNode(): Promise<number> {
  const began = performance.now();
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit');
  return performance.now() - began;
}
