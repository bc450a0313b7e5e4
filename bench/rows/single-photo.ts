import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type Bench, eachRound } from '../bench.ts';
import { Nonces } from '../images.ts';
import { HttpClient } from '../load.ts';
import { type Measure, median, percentile } from '../measure.ts';
import { withBoth } from '../service.ts';
import { SharpLimit } from '../sharp-limit.ts';
import { deletePhotos, outgoing, upload } from '../uploads.ts';

/** Pause before each upload, so that the service is idle. */
const REST_MS = 250;
const PHOTOS_PER_ROUND = 8;
const HEICS_PER_ROUND = 3;

/** Row 3: one photo on an idle service, from the start of the upload until the client has the thumbnail. */
export async function singleJpeg(bench: Bench): Promise<Measure> {
  const paths = bench.photoPaths.slice(0, PHOTOS_PER_ROUND);
  return {
    row: 3,
    name: 'one 12 MP JPEG, upload to thumbnail, idle service',
    ...(await single(bench, paths)),
    goal: { is: 'at most', value: 150, of: 'value' },
  };
}

/** Row 4: the same with a HEIC file; null if there is none. */
export async function singleHeic(bench: Bench): Promise<Measure | null> {
  if (!bench.heic) return null;
  const paths = Array.from({ length: HEICS_PER_ROUND }, () => bench.heic ?? '');
  return {
    row: 4,
    name: 'one 12 MP HEIC, upload to thumbnail, idle service',
    ...(await single(bench, paths)),
    goal: { is: 'at most', value: 1_400, of: 'value' },
  };
}

async function single(
  bench: Bench,
  paths: readonly string[],
): Promise<Pick<Measure, 'unit' | 'rounds' | 'tail' | 'bucket' | 'baseline'>> {
  const nonces = new Nonces();
  const sharp = new SharpLimit(1);
  const rounds: number[] = [];
  const bucketRounds: number[] = [];
  const limit: number[] = [];
  const all: number[] = [];
  const [first = ''] = paths;
  try {
    await withBoth(bench, async (service, bucket) => {
      const disk = new HttpClient(service.url);
      const cloud = new HttpClient(bucket.url);
      const once = async (http: HttpClient, path: string): Promise<number> => {
        const [file] = outgoing([await readFile(path)], nonces);
        if (!file) throw new Error(`${path} could not be prepared.`);
        await delay(REST_MS);
        const start = performance.now();
        const photo = await upload(http, 'multipart', file);
        await http.send({ method: 'GET', path: photo.thumbnailUrl, headers: {} });
        const ms = performance.now() - start;
        await deletePhotos(http, [photo.id]);
        return ms;
      };
      await sharp.warm(first);
      for (const http of [disk, cloud]) for (let warm = 0; warm < 3; warm += 1) await once(http, first);
      await eachRound(bench, async () => {
        const onDisk: number[] = [];
        const inBucket: number[] = [];
        const bare: number[] = [];
        for (const path of paths) {
          onDisk.push(await once(disk, path));
          inBucket.push(await once(cloud, path));
          await delay(REST_MS);
          bare.push(await sharp.run([path]));
        }
        rounds.push(median(onDisk));
        bucketRounds.push(median(inBucket));
        limit.push(median(bare));
        all.push(...onDisk);
      });
      disk.close();
      cloud.close();
    });
  } finally {
    sharp.close();
  }
  return {
    unit: 'ms',
    rounds,
    bucket: bucketRounds,
    tail: { p95: percentile(all, 0.95), p99: percentile(all, 0.99) },
    baseline: { name: 'its renditions only', rounds: limit },
  };
}
