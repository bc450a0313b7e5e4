import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from './crash/fail-while.ts';
import { checkFile, queryCopy } from './crash/check-database.ts';
import { openWorkspace } from './crash/workspace.ts';
import { Client, type GraphqlResponse, sha256, type TestFile } from './support/client.ts';
import { jpeg } from './support/images.ts';
import { Service } from './support/service.ts';

// Runs the built service (`npm run build`) on a disk that is full, read-only or failing.

let folder: string;
let dataDir: string;
let flag: string;
let service: Service;
let client: Client;
let base: Buffer;
let serial = 0;

beforeAll(async () => {
  base = await jpeg({ width: 32, height: 24 });
  folder = await mkdtemp(join(tmpdir(), 'imgstream-faults-'));
  dataDir = join(folder, 'data');
  flag = join(folder, 'fault');
  await start();
});
afterAll(async () => {
  await service.kill();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  const preload = join(import.meta.dirname, 'crash/fail-while.ts');
  service = new Service({ dataDir, preload, env: { FAIL_WHILE: flag, LOG_LEVEL: 'silent' } });
  await service.ready();
  client = new Client(service.url.replace('127.0.0.1', 'localhost'), {});
}

function photo(): TestFile {
  const bytes = Buffer.concat([base, Buffer.from(String(serial++).padStart(6, '0'))]);
  return { name: `${serial}.jpg`, bytes };
}

/** Polls the readiness probe until it responds with this status. Returns the details of its indicators. */
async function waitForProbe(status: number) {
  let probe = await service.probe();
  for (; probe.status !== status; probe = await service.probe()) await delay(50);
  return probe.details;
}

function codes({ status, errors }: GraphqlResponse): unknown[] {
  return [status, errors?.map(({ extensions }) => extensions.code)];
}

async function filesIn(path: string): Promise<string[]> {
  const entries = await readdir(join(dataDir, path), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
}

const COMPLETE = 'mutation ($ids: [ID!]!) { completeUploads(ids: $ids) { __typename } }';
const NO_WRITE = '(?:link|mkdir|open \\S+ wx|rename|rm|unlink|write) .*';

const FAULTS: [string, Fault][] = [
  ['objects is full', { code: 'ENOSPC', match: '^(?:link|mkdir|write) .*/objects/' }],
  ['objects is over its disk quota', { code: 'EDQUOT', match: '^link .*/objects/' }],
  ['objects is read-only', { code: 'EROFS', match: `^${NO_WRITE}/objects/` }],
  ['objects fails on every call', { code: 'EIO', match: '/objects' }],
  ['temp is full', { code: 'ENOSPC', match: '^write .*/temp/' }],
  ['temp is read-only', { code: 'EROFS', match: `^${NO_WRITE}/temp/` }],
];

it.each(FAULTS)(
  'refuses uploads and neither loses nor leaves files while the folder %s',
  async (_folder, fault) => {
    const [before, staged, multipart, put] = [photo(), photo(), photo(), photo()];
    const [stored] = await client.upload(before);
    const [stagedTarget, putTarget] = await client.declare(staged, put);
    await client.put(stagedTarget!, staged.bytes);

    await writeFile(flag, JSON.stringify(fault));
    const seenDown = waitForProbe(503);
    const isTemp = fault.match.includes('temp');
    for (let tries = 0; tries < 3; tries++)
      expect(codes(await client.multipart([multipart]))).toEqual([503, ['UNAVAILABLE']]);
    const response = await client.put(putTarget!, put.bytes);
    expect(response.status).toBe(isTemp ? 503 : 200);
    // Completing an upload whose bytes are already staged only writes objects.
    const completed = isTemp ? null : codes(await client.graphql(COMPLETE, { ids: [stagedTarget!['id']] }));
    expect(completed).toEqual(isTemp ? null : [503, ['UNAVAILABLE']]);
    expect(await seenDown).toMatchObject({ storage: { status: 'down' }, database: { status: 'up' } });
    expect((await client.fetch('/health/live')).status).toBe(200);

    await rm(flag);
    const seenUp = waitForProbe(200);
    const original = await client.fetch(stored?.['originalUrl']);
    expect(sha256(Buffer.from(await original.arrayBuffer()))).toBe(sha256(before.bytes));
    expect(await client.upload(before, multipart)).toMatchObject([
      { __typename: 'DuplicatePhotoError', photo: { id: stored?.['id'] } },
      { __typename: 'Photo' },
    ]);
    const late = isTemp ? (await client.put(putTarget!, put.bytes)).status : response.status;
    expect(late).toBe(200);
    expect(await client.complete(stagedTarget!['id'], putTarget!['id'])).toMatchObject([
      { __typename: 'Photo', checksum: sha256(staged.bytes) },
      { __typename: 'Photo', checksum: sha256(put.bytes) },
    ]);
    // Every reservation that is left will be released by the next sweep.
    const now = `TIMESTAMP '${new Date().toISOString().slice(0, 23)}'`;
    expect(
      await queryCopy(
        dataDir,
        `SELECT state FROM uploads WHERE reserved_bytes > 0 AND NOT (state = 'clearing' AND expires_date <= ${now})`,
      ),
    ).toEqual([]);
    await seenUp;
  },
);

it('leaves no files that the next start does not remove', async () => {
  await service.kill();
  await start();
  expect(await filesIn('objects')).toHaveLength(12 * FAULTS.length);
  expect(await filesIn('temp/uploads')).toEqual([]);
  await checkFile(dataDir, await (await openWorkspace('disk', dataDir)).objects());
});
