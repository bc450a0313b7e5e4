import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LocalBucket } from './support/bucket.ts';
import { Client, type TestFile } from './support/client.ts';
import { jpeg } from './support/images.ts';
import { Service } from './support/service.ts';

// Measures the memory of the built service (`npm run build`). The bucket's server runs in this process.

const MIB = 1024 ** 2;
const STALLED = 50;
const CONCURRENT = 5;

let bucket: LocalBucket;
let dataDir: string;
let service: Service;
let client: Client;
let photo: Buffer;

beforeAll(async () => {
  photo = await jpeg();
  dataDir = await mkdtemp(join(tmpdir(), 'imgstream-memory-'));
  bucket = await LocalBucket.open();
  service = new Service({
    dataDir,
    env: { ...bucket.processEnv, IMAGE_WORKERS: '2', MAX_FILE_BYTES: String(400 * MIB) },
  });
  await service.ready();
  client = new Client(service.url.replace('127.0.0.1', 'localhost'), {});
  // Starts both workers, and loads everything that is loaded on first use.
  await Promise.all([client.stage(fileOf(9 * MIB)), client.stage(fileOf(0)), client.upload(fileOf(0))]);
});
afterAll(async () => {
  await service.kill();
  await bucket.close();
  await rm(dataDir, { recursive: true, force: true });
});
afterEach(() => bucket.gcs.server.faults.clear());

const faults = () => bucket.gcs.server.faults;

/** Waits without a time limit, because a busy machine could exceed any limit. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(20);
}

/** Returns a JPEG that is followed by `trailingBytes` bytes. They are not part of the image, but stored with it. */
function fileOf(trailingBytes: number): TestFile {
  return {
    name: 'photo.jpg',
    type: 'image/jpeg',
    bytes: Buffer.concat([photo, randomBytes(8 + trailingBytes)]),
  };
}

/** Returns the growth of the service's memory (PSS) at its peak during `work`, in MiB. */
async function growthDuring(name: string, work: () => Promise<void>): Promise<number> {
  const before = service.memory();
  const peak = { ...before };
  const watch = setInterval(() => {
    const { pss, rss } = service.memory();
    peak.pss = Math.max(peak.pss, pss);
    peak.rss = Math.max(peak.rss, rss);
  }, 50);
  try {
    await work();
  } finally {
    clearInterval(watch);
  }
  const mib = (bytes: number) => Math.round(bytes / MIB);
  const figures = `PSS ${mib(before.pss)} to ${mib(peak.pss)} MiB, RSS ${mib(before.rss)} to ${mib(peak.rss)} MiB`;
  process.stderr.write(`${name}: ${figures}\n`);
  return (peak.pss - before.pss) / MIB;
}

/** Sends photos to the bucket, some of them concurrently, and returns the ids of their uploads. */
async function sent(count: number, trailingBytes: number): Promise<string[]> {
  const ids: string[] = [];
  const send = async (): Promise<void> => {
    const file = fileOf(trailingBytes);
    const [target] = await client.declare(file);
    expect((await client.put(target!, file.bytes)).status).toBe(200);
    ids.push(target!['id']);
  };
  for (let n = 0; n < count; n += CONCURRENT) await Promise.all(Array.from({ length: CONCURRENT }, send));
  return ids;
}

it('does not hold a photo of 160 MiB in memory', async () => {
  const large = fileOf(160 * MIB - photo.length - 8);
  // The service closes idle connections while the photo is generated. The pause lets the client notice that.
  await delay(100);
  const grown = await growthDuring('160 MiB through the staged door', async () => {
    const [kept] = await client.stage(large);
    expect(kept).toMatchObject({ __typename: 'Photo', sizeBytes: 160 * MIB });
  });
  // About 30 to 60, depending on the last garbage collection. A photo in memory would add 160.
  expect(grown).toBeLessThan(150);
});

it(`uses bounded memory while ${STALLED} uploads of 6 MiB to the bucket are stalled, and loses no photo`, async () => {
  await client.complete(...(await sent(2 * CONCURRENT, 6 * MIB)));
  const ids = await sent(STALLED, 6 * MIB);
  faults().failNext({ operation: 'objects.insert', fault: { stall: 200_000 }, times: 1_000_000 });
  const grown = await growthDuring(`${STALLED} stalled uploads`, async () => {
    const kept = Promise.all(ids.map((id) => client.complete(id)));
    // An original and two other renditions of each photo.
    await until(() => faults().stalled === 3 * STALLED);
    faults().clear();
    faults().release();
    for (const [photo] of await kept) expect(photo).toMatchObject({ __typename: 'Photo' });
  });
  // The bytes of the photos would add 300 MiB. The same number of photos grows the memory by about 100 without a
  // stall.
  expect(grown).toBeLessThan(250);
}, 480_000);

it.each([
  ['by the bucket', true],
  ['by their clients', false],
])(`uses bounded memory while ${STALLED} downloads are stalled %s`, async (by, stalls) => {
  const [kept] = await client.stage(fileOf(20 * MIB));
  if (stalls) faults().failNext({ operation: 'objects.media', fault: { stall: 2 * MIB }, times: 1_000_000 });
  const grown = await growthDuring(`${STALLED} downloads stalled ${by}`, async () => {
    const clients = new AbortController();
    const begin = async (): Promise<Response> => {
      const response = await client.fetch(kept?.['originalUrl'], { signal: clients.signal });
      expect(response.status).toBe(200);
      return response;
    };
    const begun = await Promise.all(Array.from({ length: STALLED }, begin));
    if (stalls) {
      for (const response of begun) response.arrayBuffer().catch(() => undefined);
      await until(() => faults().stalled === STALLED);
    } else await delay(2_000);
    clients.abort();
  });
  // The bytes of the downloads are 1,000 MiB. On a busy machine, the growth was 95 MiB.
  expect(grown).toBeLessThan(400);
});
