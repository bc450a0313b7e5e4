import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { eachRound } from '../bench.ts';
import { Nonces, readAll } from '../images.ts';
import { graphqlRequest, HttpClient } from '../load.ts';
import { type Measure, percentile } from '../measure.ts';
import { freshFolder, type Service, withService } from '../service.ts';
import { deletePhotos, outgoing, type Outgoing, upload } from '../uploads.ts';

const UPLOADS = 100;
const FILE_BYTES = 50_000_000;
/** Number of photos uploaded before the first round. */
const WARM_UP = 12;
const MEMORY_INTERVAL_MS = 200;
const REQUEST_INTERVAL_MS = 50;
const SMALL = graphqlRequest('{ viewer { id storage { usedBytes } } }');

/** Row 12: the effect of many concurrent large uploads on memory and on the latency of a small request. */
export async function largeUploads(bench: Bench): Promise<Measure[]> {
  const [photo] = await readAll(bench.photoPaths.slice(0, 1));
  if (!photo) throw new Error('There is no photo.');
  // Bytes after the end of a JPEG are not decoded, but they are received, hashed and stored.
  const large = Buffer.concat([photo, randomBytes(FILE_BYTES - photo.length)]);
  const nonces = new Nonces();
  const grown: number[] = [];
  const slow: number[] = [];
  const idle: number[] = [];
  const dataDir = await freshFolder();
  await withService({ ...bench, dataDir }, async (service) => {
    // Starts all workers and lets them decode photos before the first measurement.
    await Promise.all(
      outgoing(Array<Buffer>(WARM_UP).fill(photo), nonces).map((file) => sendOne(service, file)),
    );
    await eachRound(bench, async () => {
      const files = outgoing(Array<Buffer>(UPLOADS).fill(large), nonces);
      idle.push(percentile(await sendRepeatedly(service, AbortSignal.timeout(3_000)), 0.95));
      const before = service.memory()?.pss ?? 0;
      let peak = before;
      const watch = setInterval(() => {
        peak = Math.max(peak, service.memory()?.pss ?? 0);
      }, MEMORY_INTERVAL_MS);
      const done = new AbortController();
      const small = sendRepeatedly(service, done.signal);
      const ids = await Promise.all(files.map((file) => sendOne(service, file))).finally(() => done.abort());
      slow.push(percentile(await small, 0.95));
      clearInterval(watch);
      grown.push((peak - before) / 1e6);
      const left = readdirSync(join(dataDir, 'temp', 'uploads'));
      if (left.length > 0) throw new Error(`Files remain in temp/uploads: ${left.join()}`);
      const http = new HttpClient(service.url);
      await deletePhotos(http, ids);
      http.close();
    });
  });
  return [
    {
      row: 12,
      name: `additional memory with ${UPLOADS} concurrent uploads of 50 MB`,
      unit: 'MB',
      rounds: grown,
      goal: { is: 'at most', value: 300, of: 'value' },
    },
    {
      row: 12,
      name: 'small request during the uploads, p95',
      unit: 'ms',
      rounds: slow,
      baseline: { name: 'p95 when idle', rounds: idle },
      goal: { is: 'at most', value: 100, of: 'value' },
    },
  ];
}

async function sendOne(service: Service, file: Outgoing): Promise<string> {
  const http = new HttpClient(service.url);
  try {
    return (await upload(http, 'multipart', file)).id;
  } finally {
    http.close();
  }
}

/** Sends a small request repeatedly, with pauses of 50 ms. Returns the duration of each request in ms. */
async function sendRepeatedly(service: Service, until: AbortSignal): Promise<number[]> {
  const http = new HttpClient(service.url);
  const latencies: number[] = [];
  while (!until.aborted) {
    const sent = performance.now();
    await http.send(SMALL);
    latencies.push(performance.now() - sent);
    await new Promise((resolve) => setTimeout(resolve, REQUEST_INTERVAL_MS));
  }
  http.close();
  return latencies;
}
