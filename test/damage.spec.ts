import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkMeter, listPhotos } from './crash/inspect.ts';
import { seeded } from './crash/random.ts';
import { Client, sha256, type TestFile } from './support/client.ts';
import { jpeg } from './support/images.ts';
import { Service } from './support/service.ts';

// What the built service (`npm run build`) makes of a database that something has damaged while it was stopped.

let folder: string;
let original: string;
let dataDir: string;
let file: string;
let photos: TestFile[];
let service: Service;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgstream-damage-'));
  original = join(folder, 'original');
  const base = await jpeg({ width: 32, height: 24 });
  photos = Array.from({ length: 8 }, (_, index) => ({
    name: `photo-${index}.jpg`,
    bytes: Buffer.concat([base, Buffer.from(String(index))]),
  }));
  // Four photos are in the file, and four in the log of a service that was killed.
  dataDir = original;
  await (await start()).upload(...photos.slice(0, 4));
  service.signal('SIGTERM');
  await service.exited;
  const client = await start();
  for (const photo of photos.slice(4)) await client.upload(photo);
  await service.kill();
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(async () => {
  dataDir = await mkdtemp(join(folder, 'copy-'));
  await cp(original, dataDir, { recursive: true });
  file = join(dataDir, 'imgstream.duckdb');
});
afterEach(() => service.kill());

async function start(): Promise<Client> {
  service = new Service({ dataDir, env: { LOG_LEVEL: 'silent', IMAGE_WORKERS: '1' } });
  await service.ready();
  return new Client(service.url.replace('127.0.0.1', 'localhost'), {});
}

/** The library is what was acknowledged of these files. */
async function expectPhotos(client: Client, files: TestFile[]): Promise<void> {
  const listed = await listPhotos(client);
  expect(listed.map(({ checksum }) => checksum).toSorted()).toEqual(
    files.map(({ bytes }) => sha256(bytes)).toSorted(),
  );
  await checkMeter(client, listed);
}

/** The start fails, says which file is at fault, and touches neither. */
async function expectRefusal(named: string): Promise<void> {
  const before = await Promise.all([file, `${file}.wal`].map((path) => readFile(path)));
  await expect(start()).rejects.toThrow(named);
  expect(service.exitCode).toBe(1);
  const after = await Promise.all([file, `${file}.wal`].map((path) => readFile(path)));
  expect(after.map(sha256)).toEqual(before.map(sha256));
}

async function flip(path: string, at: number): Promise<void> {
  const content = await readFile(path);
  content.writeUInt8(content.readUInt8(at) ^ 4, at);
  await writeFile(path, content);
}

it('starts with all that was acknowledged where nothing is damaged', async () => {
  await expectPhotos(await start(), photos);
});

const random = seeded(7);
it.each(Array.from({ length: 6 }, () => random()))(
  'starts whole or not at all with one bit of the file flipped (at %d of its length)',
  async (part) => {
    const content = await readFile(file);
    await flip(file, Math.floor(part * content.length));
    const client = await start().catch(() => null);
    const listed = client && (await listPhotos(client)).map(({ checksum }) => checksum).toSorted();
    const outcome = listed ?? /imgstream\.duckdb(?:\.wal)? is damaged/.test(service.output);
    expect(outcome).toEqual(listed ? photos.map(({ bytes }) => sha256(bytes)).toSorted() : true);
    expect(service.exitCode).toBe(client ? null : 1);
  },
);

it('does not start with a file that was cut short', async () => {
  await truncate(file, 600_000);
  await expectRefusal(file);
});

it('does not start with a log of which a record is damaged', async () => {
  const log = await readFile(`${file}.wal`);
  await flip(`${file}.wal`, log.indexOf('photo-5.jpg') + 3);
  await expectRefusal(`${file}.wal`);
});

it('starts without the record at which the log ends too early, and takes those bytes as new', async () => {
  const log = await readFile(`${file}.wal`);
  await truncate(`${file}.wal`, log.lastIndexOf('photo-7.jpg') + 3);
  const client = await start();
  await expectPhotos(client, photos.slice(0, 7));
  expect(await client.upload(...photos.slice(6))).toMatchObject([
    { __typename: 'DuplicatePhotoError' },
    { __typename: 'Photo' },
  ]);
  await expectPhotos(client, photos);
});
