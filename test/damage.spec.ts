import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { checkMedia, checkMeter, listPhotos } from './crash/inspect.ts';
import { Entry } from './crash/ledger.ts';
import { seeded } from './crash/random.ts';
import { Client, sha256, type TestFile } from './support/client.ts';
import { jpeg } from './support/images.ts';
import { Service } from './support/service.ts';

// Starts the built service (`npm run build`) with a database that was damaged while the service was stopped. It
// must either start with all acknowledged data, or report the damage, exit, and change nothing.

let folder: string;
let original: string;
let dataDir: string;
let file: string;
/** The file that counts the acknowledged commits. */
let commits: string;
let photos: TestFile[];
/** The titles of the photos, by checksum. */
const titles = new Map<string, string>();
let service: Service;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgstream-damage-'));
  original = join(folder, 'original');
  const base = await jpeg({ width: 32, height: 24 });
  photos = Array.from({ length: 8 }, (_, index) => ({
    name: `photo-${index}.jpg`,
    bytes: Buffer.concat([base, Buffer.from(String(index))]),
  }));
  // Four photos are in the database file. Four more, and the titles of all eight, are only in the log of a killed
  // service.
  dataDir = original;
  await (await start()).upload(...photos.slice(0, 4));
  service.signal('SIGTERM');
  await service.exited;
  const client = await start();
  for (const photo of photos.slice(4)) await client.upload(photo);
  for (const { id, checksum } of await listPhotos(client)) {
    titles.set(checksum, `title of ${id}`);
    await client.data(
      'mutation ($ids: [ID!]!, $patch: PhotoPatch!) { updatePhotos(ids: $ids, patch: $patch) { __typename } }',
      { ids: [id], patch: { title: `title of ${id}` } },
    );
  }
  await service.kill();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(async () => {
  dataDir = await mkdtemp(join(folder, 'copy-'));
  await cp(original, dataDir, { recursive: true });
  file = join(dataDir, 'imgstream.duckdb');
  commits = join(dataDir, 'commits');
});
afterEach(() => service.kill());

async function start(env: Record<string, string> = {}): Promise<Client> {
  service = new Service({ dataDir, env: { LOG_LEVEL: 'silent', IMAGE_WORKERS: '1', ...env } });
  await service.ready();
  return new Client(service.url.replace('127.0.0.1', 'localhost'), {});
}

/** Expects the library to consist of exactly these files, byte for byte, each with its three renditions. */
async function expectPhotos(client: Client, files: TestFile[], titled = true): Promise<void> {
  const listed = await listPhotos(client);
  expect(listed.map(({ checksum }) => checksum).toSorted()).toEqual(
    files.map(({ bytes }) => sha256(bytes)).toSorted(),
  );
  expect(listed.map(({ title }) => title)).toEqual(
    listed.map(({ checksum }) => (titled ? titles.get(checksum) : null)),
  );
  await checkMeter(client, listed);
  for (const photo of files) {
    const entry = new Entry(photo);
    entry.possible = listed.filter(({ checksum }) => checksum === entry.checksum);
    await checkMedia(client, entry);
  }
}

/** Hashes of the database files and of all objects, by path, without the temporary files of a failed start. */
async function contents(): Promise<Record<string, string>> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith(join(dataDir, 'temp')) && !path.includes('/.incoming/'));
  const hashes = paths.map(async (path) => [relative(dataDir, path), sha256(await readFile(path))]);
  return Object.fromEntries(await Promise.all(hashes));
}

/**
 * Expects the start to fail, to report the damage with these texts and the remedy, and to change nothing. Returns
 * the output.
 */
async function expectRefusal(...texts: string[]): Promise<string> {
  const before = await contents();
  await expect(start()).rejects.toThrow('The service exited during startup');
  expect(service.exitCode).toBe(1);
  for (const text of [...texts, 'RECOVER_DATABASE']) expect(service.output).toContain(text);
  // DuckDB may create an empty file in place of a missing one, which is harmless.
  expect(await contents()).toMatchObject(before);
  return service.output;
}

async function expectWholeOrRefusal(): Promise<void> {
  const before = await contents();
  const client = await start().catch(() => null);
  if (client) return expectPhotos(client, photos);
  expect(service.exitCode).toBe(1);
  expect(service.output).toMatch(
    /imgstream\.duckdb(?:\.wal)? (?:is damaged|lacks \d+ of|is inconsistent)|could not be opened/,
  );
  return expect(await contents()).toEqual(before);
}

async function flip(path: string, at: number, mask = 4): Promise<void> {
  const content = await readFile(path);
  content.writeUInt8(content.readUInt8(at) ^ mask, at);
  await writeFile(path, content);
}

it('starts with all acknowledged data if nothing is damaged', async () => {
  await expectPhotos(await start(), photos);
});

const random = seeded(7);
it.each(Array.from({ length: 3 }, () => random()))(
  'starts with all data or not at all if one bit of the database file is flipped (at %d of its length)',
  async (part) => {
    await flip(file, Math.floor(part * (await readFile(file)).length));
    await expectWholeOrRefusal();
  },
);

it.each(Array.from({ length: 4 }, () => random()))(
  'starts with all data or not at all if one bit of the log is flipped (at %d of its length)',
  async (part) => {
    const at = part * (await readFile(`${file}.wal`)).length;
    await flip(`${file}.wal`, Math.floor(at), 2 ** Math.floor(random() * 8));
    await expectWholeOrRefusal();
  },
);

it('does not start with a truncated database file', async () => {
  await truncate(file, 600_000);
  await expectRefusal(`${file} is damaged`);
});

it('does not start with a log that has a damaged record', async () => {
  const log = await readFile(`${file}.wal`);
  await flip(`${file}.wal`, log.indexOf('photo-5.jpg') + 3);
  await expectRefusal(`${file}.wal is damaged`);
});

it('does not start with a log in which the length of a record is damaged', async () => {
  // The version of the log takes 8 bytes. The next 8 bytes are the length of the first record, which now exceeds
  // the file.
  await flip(`${file}.wal`, 12);
  await expectRefusal(`${file} lacks `);
});

it('does not start with a log that has a page of zeros', async () => {
  const log = await readFile(`${file}.wal`);
  await writeFile(`${file}.wal`, log.fill(0, 4096, 8192));
  await expectRefusal(file);
});

it.each([0.001, 0.9])('does not start with a log truncated to %d of its length', async (part) => {
  await truncate(`${file}.wal`, Math.floor(part * (await readFile(`${file}.wal`)).length));
  await expectRefusal(`${file} lacks `, 'acknowledged changes');
});

it('starts with all acknowledged data if a crash interrupted a commit', async () => {
  const record = Buffer.alloc(200, 7);
  record.writeBigUInt64LE(1_000n);
  await writeFile(`${file}.wal`, record, { flag: 'a' });
  await expectPhotos(await start(), photos);
});

it('does not start without its log, and starts again once the log is restored', async () => {
  const log = await readFile(`${file}.wal`);
  await rm(`${file}.wal`);
  await expectRefusal(`${file} lacks `, 'Restore the newest copy');
  await writeFile(`${file}.wal`, log);
  await expectPhotos(await start(), photos);
});

it('does not start without the database file, and leaves the log unchanged', async () => {
  await rm(file);
  await expectRefusal(`${file} is missing`);
});

it('does not start if only the commit count remains of the database', async () => {
  await rm(file);
  await rm(`${file}.wal`);
  await expectRefusal(`${file} is missing`);
});

it('does not start with an empty database if originals exist', async () => {
  for (const path of [file, `${file}.wal`, commits]) await rm(path);
  for (const _time of [1, 2])
    expect(await expectRefusal('has no record of 8 of the originals')).toMatch(
      /^ {2}photos\/[0-9a-f]{64}\//m,
    );
});

it('does not start with an older copy of the database that has no commit count', async () => {
  for (const path of [`${file}.wal`, commits]) await rm(path);
  await expectRefusal('has no record of 4 of the originals');
});

it.each(['missing', 'damaged by a flipped bit'])(
  'starts with all acknowledged data if the commit count is %s',
  async (state) => {
    if (state === 'missing') await rm(commits);
    else await flip(commits, 5);
    await expectPhotos(await start(), photos);
  },
);

it('recreates photos from their originals if RECOVER_DATABASE is set', async () => {
  for (const end of ['', '.wal']) await rm(`${file}${end}`);
  const before = await contents();
  const client = await start({ RECOVER_DATABASE: 'true' });
  for (let left = 600; left > 0 && (await listPhotos(client)).length < photos.length; left--)
    await delay(100);
  await expectPhotos(client, photos, false);
  expect(await client.upload(photos[0]!)).toMatchObject([{ __typename: 'DuplicatePhotoError' }]);
  expect(await contents()).toMatchObject(
    Object.fromEntries(Object.entries(before).filter(([path]) => path.startsWith('objects/'))),
  );
  await service.kill();
  await expectPhotos(await start(), photos, false);
});
