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
const WARM_UP = 12;
const MEMORY_EVERY_MS = 200;
const ASK_EVERY_MS = 50;
const SMALL = graphqlRequest('{ viewer { id storage { usedBytes } } }');

/** Row 12: so many large files at once, and what a small request and the memory see of it. */
export async function largeUploads(bench: Bench): Promise<Measure[]> {
  const [photo] = await readAll(bench.photoPaths.slice(0, 1));
  if (!photo) throw new Error('There is no photo.');
  // What follows the end of a JPEG is not looked at, but received, hashed and kept.
  const large = Buffer.concat([photo, randomBytes(FILE_BYTES - photo.length)]);
  const nonces = new Nonces();
  const grown: number[] = [];
  const slow: number[] = [];
  const alone: number[] = [];
  const dataDir = await freshFolder();
  await withService({ ...bench, dataDir }, async (service) => {
    // Both workers are up and have seen photos before anything is compared.
    await Promise.all(
      outgoing(Array<Buffer>(WARM_UP).fill(photo), nonces).map((file) => sendOne(service, file)),
    );
    await eachRound(bench, async () => {
      const files = outgoing(Array<Buffer>(UPLOADS).fill(large), nonces);
      alone.push(percentile(await ask(service, AbortSignal.timeout(3_000)), 0.95));
      const before = service.memory()?.pss ?? 0;
      let peak = before;
      const watch = setInterval(() => {
        peak = Math.max(peak, service.memory()?.pss ?? 0);
      }, MEMORY_EVERY_MS);
      const done = new AbortController();
      const small = ask(service, done.signal);
      const ids = await Promise.all(files.map((file) => sendOne(service, file))).finally(() => done.abort());
      slow.push(percentile(await small, 0.95));
      clearInterval(watch);
      grown.push((peak - before) / 1e6);
      const left = readdirSync(join(dataDir, 'temp', 'uploads'));
      if (left.length > 0) throw new Error(`Left in the temporary folder: ${left.join()}`);
      const http = new HttpClient(service.url);
      await deletePhotos(http, ids);
      http.close();
    });
  });
  return [
    {
      row: 12,
      name: `memory more with ${UPLOADS} uploads of 50 MB at once`,
      unit: 'MB',
      rounds: grown,
      goal: { is: 'at most', value: 300, of: 'value' },
    },
    {
      row: 12,
      name: 'a small request meanwhile, p95',
      unit: 'ms',
      rounds: slow,
      beside: { name: 'p95 at rest', rounds: alone },
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

/** Asks again and again, at most every 50 ms; gives the milliseconds of each answer. */
async function ask(service: Service, until: AbortSignal): Promise<number[]> {
  const http = new HttpClient(service.url);
  const latencies: number[] = [];
  while (!until.aborted) {
    const sent = performance.now();
    await http.send(SMALL);
    latencies.push(performance.now() - sent);
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  http.close();
  return latencies;
}
