import type { Bench } from '../bench.ts';
import { eachRound } from '../bench.ts';
import { Nonces, readAll } from '../images.ts';
import { HttpClient } from '../load.ts';
import type { Measure } from '../measure.ts';
import { type Memory, type Service, withBoth } from '../service.ts';
import { SharpLimit } from '../sharp-limit.ts';
import { deletePhotos, type Door, outgoing, upload } from '../uploads.ts';

interface Case {
  door: Door;
  clients: number;
  photosPerSecond: number[];
  /** The same with a bucket as the store. */
  bucket: number[];
}

const MEMORY_INTERVAL_MS = 500;
/** Number of photos uploaded before the first round. */
const WARM_UP = 6;

/**
 * Rows 1 and 2: the rate at which several clients upload a batch of different photos, and the memory used
 * meanwhile.
 */
export async function ingest(bench: Bench): Promise<Measure[]> {
  const files = await readAll(bench.photoPaths);
  const nonces = new Nonces();
  const cases: Case[] = [
    { door: 'multipart', clients: 1, photosPerSecond: [], bucket: [] },
    { door: 'multipart', clients: 4, photosPerSecond: [], bucket: [] },
    { door: 'multipart', clients: 8, photosPerSecond: [], bucket: [] },
    { door: 'staged', clients: 4, photosPerSecond: [], bucket: [] },
  ];
  const limits = { all: [] as number[], one: [] as number[] };
  const peaks: Memory[] = [];
  const sharp = new SharpLimit(bench.imageWorkers);
  try {
    bench.log(`renditions per photo: ${await sharp.recipe(bench.photoPaths[0] ?? '')}`);
    await withBoth(bench, async (service, bucket) => {
      await sharp.warm(bench.photoPaths[0] ?? '');
      for (const each of [service, bucket])
        await send(each, { door: 'multipart', clients: 2 }, files.slice(0, WARM_UP), nonces);
      await eachRound(bench, async () => {
        limits.all.push(rate(files, await sharp.run(bench.photoPaths)));
        limits.one.push(rate(files, await sharp.run(bench.photoPaths, 1)));
        const peak = { pss: 0, rss: 0 };
        for (const each of cases) {
          const { ms, memory } = await send(service, each, files, nonces);
          each.photosPerSecond.push(rate(files, ms));
          peak.pss = Math.max(peak.pss, memory.pss);
          peak.rss = Math.max(peak.rss, memory.rss);
          each.bucket.push(rate(files, (await send(bucket, each, files, nonces)).ms));
        }
        peaks.push(peak);
      });
    });
  } finally {
    sharp.close();
  }
  return [...cases.map((each) => rateMeasure(bench, each, limits)), ...memoryMeasures(peaks)];
}

function rateMeasure(
  bench: Bench,
  { door, clients, photosPerSecond, bucket }: Case,
  limits: { all: number[]; one: number[] },
): Measure {
  const isSingle = clients === 1;
  const processes = isSingle ? 1 : bench.imageWorkers;
  return {
    row: 1,
    name: `ingest, ${door} door, ${clients} client${isSingle ? '' : 's'}`,
    unit: 'photos/s',
    rounds: photosPerSecond,
    bucket,
    baseline: {
      name: `bare sharp, ${processes} process${processes === 1 ? '' : 'es'}`,
      rounds: isSingle ? limits.one : limits.all,
    },
    goal: { is: 'at least', value: 0.85, of: 'ratio' },
  };
}

function memoryMeasures(peaks: readonly Memory[]): Measure[] {
  if (peaks.every(({ rss }) => rss === 0)) return [];
  const megabytes = (which: keyof Memory) => peaks.map((peak) => peak[which] / 1e6);
  return [
    {
      row: 2,
      name: 'memory during ingest, service and workers',
      unit: 'MB',
      rounds: megabytes('pss'),
      baseline: { name: 'as RSS', rounds: megabytes('rss') },
      goal: { is: 'at most', value: 500, of: 'value' },
    },
  ];
}

/**
 * Uploads every file once and deletes the photos. Each client takes the next file as soon as it has finished one.
 */
async function send(
  service: Service,
  { door, clients }: Pick<Case, 'door' | 'clients'>,
  files: readonly Buffer[],
  nonces: Nonces,
): Promise<{ ms: number; memory: Memory }> {
  const left = outgoing(files, nonces);
  const ids: string[] = [];
  const peak = { pss: 0, rss: 0 };
  const watch = setInterval(() => {
    const now = service.memory();
    peak.pss = Math.max(peak.pss, now?.pss ?? 0);
    peak.rss = Math.max(peak.rss, now?.rss ?? 0);
  }, MEMORY_INTERVAL_MS);
  const start = performance.now();
  const client = async (): Promise<void> => {
    const http = new HttpClient(service.url);
    for (let file = left.pop(); file; file = left.pop()) ids.push((await upload(http, door, file)).id);
    http.close();
  };
  try {
    await Promise.all(Array.from({ length: clients }, client));
  } finally {
    clearInterval(watch);
  }
  const ms = performance.now() - start;
  const http = new HttpClient(service.url);
  await deletePhotos(http, ids);
  http.close();
  return { ms, memory: peak };
}

function rate(files: readonly Buffer[], ms: number): number {
  return (files.length / ms) * 1000;
}
