import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LocalBucket } from './support/bucket.ts';
import { Client, type TestFile } from './support/client.ts';
import { jpeg } from './support/images.ts';
import { Service } from './support/service.ts';

// The memory of the built service (`npm run build`), while the bucket is in this process.

const MIB = 1024 ** 2;
const STALLED = 50;
const AT_A_TIME = 5;

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
  // Both workers are there, and all that is loaded at the first use.
  await Promise.all([client.stage(fileOf(9 * MIB)), client.stage(fileOf(0)), client.upload(fileOf(0))]);
});
afterAll(async () => {
  await service.kill();
  await bucket.close();
  await rm(dataDir, { recursive: true, force: true });
});
afterEach(() => bucket.gcs.server.faults.clear());

const faults = () => bucket.gcs.server.faults;

/** Nothing here has a time limit that a busy machine could miss. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await delay(20);
}

/** What stands behind its end is no part of a JPEG, and is kept all the same. */
function fileOf(bytesBehind: number): TestFile {
  return {
    name: 'photo.jpg',
    type: 'image/jpeg',
    bytes: Buffer.concat([photo, randomBytes(8 + bytesBehind)]),
  };
}

/** How much more memory the server takes at its peak during some work, in MiB. */
async function grownBy(what: string, work: () => Promise<void>): Promise<number> {
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
  const say = (bytes: number) => Math.round(bytes / MIB);
  const figures = `PSS ${say(before.pss)} to ${say(peak.pss)} MiB, RSS ${say(before.rss)} to ${say(peak.rss)} MiB`;
  process.stderr.write(`${what}: ${figures}\n`);
  return (peak.pss - before.pss) / MIB;
}

/** Sends so many photos to the bucket, some at a time, and gives their uploads. */
async function sent(count: number, bytesBehind: number): Promise<string[]> {
  const ids: string[] = [];
  const send = async (): Promise<void> => {
    const file = fileOf(bytesBehind);
    const [target] = await client.declare(file);
    expect((await client.put(target!, file.bytes)).status).toBe(200);
    ids.push(target!['id']);
  };
  for (let n = 0; n < count; n += AT_A_TIME) await Promise.all(Array.from({ length: AT_A_TIME }, send));
  return ids;
}

it('does not grow with a photo of 160 MiB', async () => {
  const large = fileOf(160 * MIB - photo.length - 8);
  // To make it takes long enough for the service to close what stood open; that is to be noticed before anything is sent.
  await delay(100);
  const grown = await grownBy('160 MiB through the staged door', async () => {
    const [kept] = await client.stage(large);
    expect(kept).toMatchObject({ __typename: 'Photo', sizeBytes: 160 * MIB });
  });
  // Some 30 to 60, by when garbage was last collected; the photo would come on top of it.
  expect(grown).toBeLessThan(150);
});

it(`is bounded while ${STALLED} photos of 6 MiB stand still on their way to the bucket, and none is lost`, async () => {
  await client.complete(...(await sent(2 * AT_A_TIME, 6 * MIB)));
  const ids = await sent(STALLED, 6 * MIB);
  faults().failNext({ operation: 'objects.insert', fault: { stall: 200_000 }, times: 1_000_000 });
  const grown = await grownBy(`${STALLED} stalled uploads`, async () => {
    const kept = Promise.all(ids.map((id) => client.complete(id)));
    // An original and two renditions of each.
    await until(() => faults().stalled === 3 * STALLED);
    faults().clear();
    faults().release();
    for (const [photo] of await kept) expect(photo).toMatchObject({ __typename: 'Photo' });
  });
  // The bytes are 300 MiB more; so many photos at once take some 100 where nothing stands still.
  expect(grown).toBeLessThan(250);
}, 480_000);

it.each([
  ['the bucket stalls', true],
  ['nobody reads', false],
])(`is bounded while ${STALLED} downloads stand still that %s`, async (what, stalls) => {
  const [kept] = await client.stage(fileOf(20 * MIB));
  if (stalls) faults().failNext({ operation: 'objects.media', fault: { stall: 2 * MIB }, times: 1_000_000 });
  const grown = await grownBy(`${STALLED} downloads that ${what}`, async () => {
    const gone = new AbortController();
    const begin = async (): Promise<Response> => {
      const answer = await client.fetch(kept?.['originalUrl'], { signal: gone.signal });
      expect(answer.status).toBe(200);
      return answer;
    };
    const begun = await Promise.all(Array.from({ length: STALLED }, begin));
    if (stalls) {
      for (const answer of begun) answer.arrayBuffer().catch(() => undefined);
      await until(() => faults().stalled === STALLED);
    } else await delay(2_000);
    gone.abort();
  });
  // The bytes are 1,000 MiB; on a busy machine it was 95.
  expect(grown).toBeLessThan(400);
});
