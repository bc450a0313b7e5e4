import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { declaredGif, declaredPng, withSegment, withXmp } from '../src/images/testing/containers.ts';
import { heicGrid } from '../src/images/testing/heic-grid.ts';
import { type Client, startApp, type TestApp, type TestFile } from './support/app.ts';
import { jpeg, testImage } from './support/images.ts';

// Uploads files with unusual names and content and checks their thumbnails. The specs in src/images cover each file
// format.

let app: TestApp;
let client: Client;
let seed = 1;

beforeAll(async () => {
  app = await startApp();
  ({ client } = app);
  await client.upload({ name: 'first.jpg', bytes: await jpeg({ seed: seed++ }) });
});
afterAll(() => app.close());

const phone = () => readFile(join(import.meta.dirname, '../src/images/fixtures/phone.heic'));

async function expectThumbnail(photo: Record<string, any> | undefined): Promise<void> {
  const response = await client.fetch(photo?.['thumbnailUrl']);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/webp']);
  const { info } = await sharp(Buffer.from(await response.arrayBuffer()))
    .raw()
    .toBuffer({ resolveWithObject: true });
  const scale = Math.min(1, 400 / Math.max(photo?.['width'], photo?.['height']));
  expect(Math.abs(info.width - Math.max(1, photo?.['width'] * scale))).toBeLessThanOrEqual(1);
  expect(Math.abs(info.height - Math.max(1, photo?.['height'] * scale))).toBeLessThanOrEqual(1);
}

describe.each(['multipart', 'staged'] as const)('the %s door', (door) => {
  const send = (...files: TestFile[]) =>
    door === 'multipart' ? client.upload(...files) : client.stage(...files);

  it.each([
    ['has 300 characters', `${'x'.repeat(300)}.jpg`, `${'x'.repeat(251)}.jpg`],
    ['has 300 characters of three bytes', `${'写'.repeat(300)}.jpg`, `${'写'.repeat(83)}.jpg`],
    ['is a path out of the folder', '../../../etc/passwd', 'passwd'],
    ['is a Windows path out of the folder', String.raw`..\..\C:\Windows\beach.jpg`, 'beach.jpg'],
    ['is only a relative path', '../..', 'photo'],
    ['has a right-to-left override', 'beach\u202Egpj.exe', 'beachgpj.exe'],
    ['has emoji', '🌻👨‍👩‍👧‍👦.jpg', '🌻👨‍👩‍👧‍👦.jpg'],
    ['is Japanese', '夏休みの写真.jpg', '夏休みの写真.jpg'],
  ])('stores a safe filename if the name %s', async (_, name, stored) => {
    const [photo] = await send({ name, bytes: await jpeg({ seed: seed++ }), type: 'image/jpeg' });
    expect(photo).toMatchObject({ __typename: 'Photo', filename: stored });
    expect(photo?.['filename']).not.toMatch(/[\p{Cc}\u202a-\u202e/\\]/u);
    expect(Buffer.byteLength(photo?.['filename'])).toBeLessThanOrEqual(255);
    const original = await client.fetch(photo?.['originalUrl']);
    expect(original.status).toBe(200);
    expect(original.headers.get('content-disposition')).toMatch(/^attachment; filename/);
    await original.arrayBuffer();
  });

  it('stores no file under a name that a client sent', async () => {
    const found = await readdir(app.dataDir, { recursive: true });
    expect(found.filter((path) => /passwd|beach|写|夏|🌻|x{20}/u.test(path))).toEqual([]);
  });

  it('accepts unusual but valid files and makes their thumbnails', async () => {
    const plain = await jpeg({ seed: seed++, width: 200, height: 100 });
    const turns = door === 'multipart' ? 1 : 3;
    const files: [bytes: Buffer, width: number, height: number][] = [
      [await testImage({ seed: seed++, width: 1, height: 1 }).png().toBuffer(), 1, 1],
      [await testImage({ seed: seed++, width: 10_000, height: 10 }).jpeg().toBuffer(), 10_000, 10],
      [heicGrid(await phone(), { columns: 2, rows: 2, width: 180, height: 120, turns }), 120, 180],
      [Buffer.concat([withSegment(plain, 2, 'MPF\0'), await jpeg({ seed: seed++ })]), 200, 100],
      [withXmp(plain, `<rdf:Description ${'a'.repeat(60_000)}="1"/>${seed++}`), 200, 100],
      [plain.subarray(0, -2), 200, 100],
    ];
    const photos = await send(...files.map(([bytes], index) => ({ name: `${index}.jpg`, bytes })));
    for (const [index, [, width, height]] of files.entries()) {
      expect(photos[index]).toMatchObject({ __typename: 'Photo', width, height });
      await expectThumbnail(photos[index]);
    }
  });

  it('refuses images whose declared dimensions are too large', async () => {
    const files = [declaredPng(49_157, 27_397), declaredGif(1, 1, 20_000)];
    const refused = await send(...files.map((bytes, index) => ({ name: `${index}.png`, bytes })));
    expect(refused.map((outcome) => outcome['code'])).toEqual(['IMAGE_TOO_LARGE', 'IMAGE_TOO_LARGE']);
  });
});

describe('a name that contains NUL and line breaks', () => {
  const name = 'be\0ach\r\nX: "1".jpg';

  it('is stored without them by the staged door', async () => {
    const [photo] = await client.stage({ name, bytes: await jpeg({ seed: seed++ }) });
    expect(photo).toMatchObject({ __typename: 'Photo', filename: 'beachX: "1".jpg' });
    const original = await client.fetch(photo?.['originalUrl']);
    expect([original.status, original.headers.get('x')]).toEqual([200, null]);
    await original.arrayBuffer();
  });

  it('is refused in the header of a multipart part', async () => {
    const { errors } = await client.multipart([{ name, bytes: await jpeg({ seed: seed++ }) }]);
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});
