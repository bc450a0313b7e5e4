import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { ObjectStore } from '../src/storage/object-store.ts';
import { TestBucket } from './support/bucket.ts';
import { cameraExif, jpeg, testImage } from './support/images.ts';
import { type Client, sha256, startApp, type TestApp, type TestFile } from './support/app.ts';

let app: TestApp;
let client: Client;
let seed = 1;

const ENV = { MAX_FILE_BYTES: String(2 * 1024 ** 2), MAX_INFLIGHT_BYTES: String(100 * 1024 ** 2) };

function useAppOver(place: 'a folder' | 'a bucket'): void {
  let bucket: TestBucket | null = null;
  beforeAll(async () => {
    bucket = place === 'a bucket' ? await TestBucket.open() : null;
    app = await startApp({ env: { ...ENV, ...bucket?.env } });
    ({ client } = app);
  });
  afterAll(async () => {
    await app.close();
    await bucket?.close();
  });
}

async function photo(name = 'photo.jpg', options: Parameters<typeof jpeg>[0] = {}): Promise<TestFile> {
  return { name, bytes: await jpeg({ seed: seed++, ...options }), type: 'image/jpeg' };
}

/** Returns the last segments of the keys of all objects. */
async function objects(): Promise<string[]> {
  const { keys } = await app.nest.get(ObjectStore).list('', { limit: 1000 });
  return keys.map((key) => key.slice(key.lastIndexOf('/') + 1));
}

/** Returns the names of temporary objects and files. There must be none after an upload. */
async function leftovers(): Promise<string[]> {
  const { keys } = await app.nest.get(ObjectStore).list('temp/', { limit: 1000 });
  return [...keys, ...(await readdir(join(app.dataDir, 'temp/uploads')))];
}

describe.each(['a folder', 'a bucket'] as const)('uploads to %s', (place) => {
  useAppOver(place);

  describe.each(['multipart', 'staged'] as const)('the %s door', (door) => {
    const send = (...files: TestFile[]) =>
      door === 'multipart' ? client.upload(...files) : client.stage(...files);

    it('stores the original byte for byte and returns renditions and metadata immediately', async () => {
      const file = await photo('Café.jpg', {
        width: 900,
        height: 600,
        exif: cameraExif('2024:05:01 09:30:00'),
      });
      const [stored] = await send(file);
      expect(stored).toMatchObject({
        __typename: 'Photo',
        filename: 'Café.jpg',
        checksum: sha256(file.bytes),
        sizeBytes: file.bytes.length,
        width: 900,
        height: 600,
        contentType: 'image/jpeg',
        takenAtLocal: '2024-05-01T09:30:00',
      });
      const original = await client.fetch(stored?.['originalUrl']);
      expect(Buffer.from(await original.arrayBuffer())).toEqual(file.bytes);
      const thumbnail = await client.fetch(stored?.['thumbnailUrl']);
      const pixels = await sharp(Buffer.from(await thumbnail.arrayBuffer())).metadata();
      expect(Math.max(pixels.width, pixels.height)).toBe(400);
      const preview = await client.fetch(stored?.['previewUrl']);
      expect(await sharp(Buffer.from(await preview.arrayBuffer())).metadata()).toMatchObject({
        width: 900,
        height: 600,
      });
      expect(await leftovers()).toEqual([]);
    });

    it('rotates an image upright according to its EXIF orientation', async () => {
      const [stored] = await send(await photo('turned.jpg', { width: 300, height: 200, orientation: 6 }));
      expect(stored).toMatchObject({ width: 200, height: 300 });
      const thumbnail = await client.fetch(stored?.['thumbnailUrl']);
      const { width, height, orientation } = await sharp(
        Buffer.from(await thumbnail.arrayBuffer()),
      ).metadata();
      expect([width, height, orientation ?? 1]).toEqual([200, 300, 1]);
    });

    it('returns an independent result for each file, in the order of the files', async () => {
      const good = await photo('good.jpg');
      const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
      const whole = await photo('cut.jpg', { width: 1200, height: 900 });
      const outcomes = await send(
        { name: 'text.jpg', bytes: Buffer.from('not an image at all'), type: 'image/jpeg' },
        good,
        { name: 'drawing.png', bytes: svg, type: 'image/png' },
        { name: 'cut.jpg', bytes: whole.bytes.subarray(0, whole.bytes.length / 2) },
        { name: 'empty.jpg', bytes: Buffer.alloc(0) },
        { name: 'large.jpg', bytes: Buffer.alloc(2 * 1024 ** 2 + 1, 1) },
      );
      expect(outcomes.map((outcome) => outcome['code'] ?? outcome['__typename'])).toEqual([
        'UNSUPPORTED_FORMAT',
        'Photo',
        'UNSUPPORTED_FORMAT',
        'INVALID_IMAGE',
        'EMPTY_FILE',
        'FILE_TOO_LARGE',
      ]);
      expect(outcomes.map((outcome) => outcome['filename'] ?? outcome['sent'])).toEqual([
        'text.jpg',
        'good.jpg',
        'drawing.png',
        'cut.jpg',
        'empty.jpg',
        'large.jpg',
      ]);
      expect(await leftovers()).toEqual([]);
    });

    it('recognizes duplicates, including those in the trash', async () => {
      const file = await photo();
      const [first] = await send(file);
      expect(await send({ ...file, name: 'again.jpg' })).toMatchObject([
        { code: 'DUPLICATE', photo: { id: first?.['id'] } },
      ]);
      await client.data('mutation ($ids: [ID!]!) { trashPhotos(ids: $ids) { __typename } }', {
        ids: [first?.['id']],
      });
      const [again] = await client.upload(file);
      expect(again).toMatchObject({
        code: 'DUPLICATE',
        photo: { id: first?.['id'], trashedAt: expect.any(String) },
      });
    });

    it.each(['png', 'webp', 'gif', 'tiff', 'avif'] as const)(
      'detects %s by its content, not by its filename',
      async (format) => {
        const bytes = await testImage({ seed: seed++, width: 64, height: 48 }).toFormat(format).toBuffer();
        const [stored] = await send({ name: 'misnamed.jpg', bytes, type: 'image/jpeg' });
        expect(stored).toMatchObject({
          __typename: 'Photo',
          contentType: `image/${format}`,
          width: 64,
          height: 48,
        });
      },
    );

    it('uses no part of the filename in a path', async () => {
      const [stored] = await send(await photo('../../etc/写真\u202Egpj.jpg'));
      expect(stored).toMatchObject({ __typename: 'Photo', filename: '写真gpj.jpg' });
      expect(await objects()).toEqual(expect.not.arrayContaining([expect.stringContaining('写真')]));
    });
  });

  describe('the multipart door', () => {
    it('creates one photo from concurrent uploads of the same bytes', async () => {
      const file = await photo();
      const before = (await objects()).length;
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => client.upload(file)));
      const kinds = outcomes.flat().map((outcome) => outcome['__typename']);
      expect(kinds.filter((kind) => kind === 'Photo')).toHaveLength(1);
      expect(kinds.filter((kind) => kind === 'DuplicatePhotoError')).toHaveLength(7);
      expect(await objects()).toHaveLength(before + 3);
      expect(await leftovers()).toEqual([]);
    });

    it('creates the photo from the first of identical files', async () => {
      const [one, other] = [await photo('one.jpg'), await photo('other.jpg')];
      const outcomes = await client.upload(
        one,
        other,
        { ...one, name: 'one again.jpg' },
        { ...other, name: 'other again.jpg' },
      );
      const kinds = outcomes.map((outcome) => outcome['__typename']);
      expect(kinds).toEqual(['Photo', 'Photo', 'DuplicatePhotoError', 'DuplicatePhotoError']);
    });

    it('stores the received files of a request in which a file is missing', async () => {
      const file = await photo();
      const query =
        'mutation ($files: [Upload!]!) { uploadPhotos(files: $files) { __typename ... on UserError { code } } }';
      const form = new FormData();
      form.set('operations', JSON.stringify({ query, variables: { files: [null, null] } }));
      form.set('map', '{"0":["variables.files.0"],"1":["variables.files.1"]}');
      form.set('0', new Blob([new Uint8Array(file.bytes)]), file.name);
      const headers = { 'apollo-require-preflight': 'true' };
      const response = await client.fetch('/graphql', { method: 'POST', headers, body: form });
      expect(await response.json()).toEqual({
        data: {
          uploadPhotos: [
            { __typename: 'Photo' },
            { __typename: 'UploadRefusedError', code: 'UPLOAD_INCOMPLETE' },
          ],
        },
      });
    });

    it('accepts at most 20 files', async () => {
      const bytes = Buffer.from('x');
      const files = Array.from({ length: 21 }, (_, index) => ({ name: `${index}.jpg`, bytes }));
      expect((await client.upload(...files.slice(0, 20))).map((outcome) => outcome['code'])).toEqual(
        Array(20).fill('UNSUPPORTED_FORMAT'),
      );
      const { status, errors } = await client.multipart(files);
      expect(status).toBe(400);
      expect(errors?.[0]).toMatchObject({
        extensions: { code: 'BAD_USER_INPUT' },
        message: expect.stringContaining('20'),
      });
    });
  });
});

describe('the staged door', () => {
  useAppOver('a folder');

  it('returns no target for bytes that are already in the library', async () => {
    const file = await photo();
    await client.upload(file);
    expect(await client.declare(file)).toMatchObject([
      { __typename: 'DuplicatePhotoError', code: 'DUPLICATE' },
    ]);
  });

  it.each([
    ['an invalid checksum', { checksum: 'abc' }, 'INVALID_INPUT'],
    ['no bytes', { sizeBytes: 0 }, 'EMPTY_FILE'],
    ['a negative size', { sizeBytes: -1 }, 'INVALID_INPUT'],
    ['too many bytes', { sizeBytes: 2 * 1024 ** 2 + 1 }, 'FILE_TOO_LARGE'],
  ])('refuses a declaration with %s and accepts the others', async (_, fault, code) => {
    const input = {
      filename: 'a.jpg',
      contentType: '',
      sizeBytes: 10,
      checksum: sha256(Buffer.from(String(seed++))),
    };
    const { createUploads } = await client.data(
      'mutation ($uploads: [CreateUploadInput!]!) { createUploads(uploads: $uploads) { __typename ... on UploadRefusedError { code } } }',
      { uploads: [{ ...input, ...fault }, input] },
    );
    expect(createUploads).toEqual([
      { __typename: 'UploadRefusedError', code },
      { __typename: 'UploadTarget' },
    ]);
  });

  it('accepts only the declared bytes', async () => {
    const file = await photo();
    const [target] = await client.declare(file);
    if (!target) throw new Error('no target');
    const code = async (response: Response) =>
      ((await response.json()) as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code;
    expect(await client.complete(target['id'])).toMatchObject([{ code: 'UPLOAD_INCOMPLETE' }]);

    const short = await client.put(target, file.bytes.subarray(1));
    expect([short.status, await code(short)]).toEqual([400, 'UPLOAD_INCOMPLETE']);
    const long = await client.put(target, Buffer.concat([file.bytes, Buffer.from('x')]));
    expect([long.status, await code(long)]).toEqual([413, 'FILE_TOO_LARGE']);
    const endless = new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(64 * 1024)) });
    const unmeasured = { method: 'PUT', body: endless, duplex: 'half' } as RequestInit;
    const cut = await client.fetch(target['url'], unmeasured);
    expect([cut.status, await code(cut)]).toEqual([413, 'FILE_TOO_LARGE']);
    const other = await client.put(target, Buffer.from(file.bytes).fill(7, 100, 110));
    expect([other.status, await code(other)]).toEqual([422, 'CHECKSUM_MISMATCH']);
    expect(await client.complete(target['id'])).toMatchObject([{ code: 'CHECKSUM_MISMATCH' }]);
    const guessed = await client.put({ ...target, url: `/uploads/${target['id']}/guess` }, file.bytes);
    expect([guessed.status, await code(guessed)]).toEqual([404, 'NOT_FOUND']);

    expect((await client.put(target, file.bytes)).status).toBe(200);
    expect((await client.put(target, file.bytes)).status).toBe(409);
    const [stored] = await client.complete(target['id']);
    expect(stored).toMatchObject({ __typename: 'Photo' });
    expect(await client.complete(target['id'], target['id'])).toEqual([stored, stored]);
    expect(await leftovers()).toEqual([]);
  });

  it('ends an upload whose staged bytes are missing, and releases its reservation', async () => {
    const file = await photo();
    const [target] = await client.declare(file);
    await client.put(target ?? {}, file.bytes);
    await rm(join(app.dataDir, 'temp', 'uploads', target?.['id']));
    expect(await client.complete(target?.['id'])).toMatchObject([{ code: 'UPLOAD_EXPIRED' }]);
    const [photoAgain] = await client.stage(file);
    expect(photoAgain).toMatchObject({ __typename: 'Photo' });
  });

  it('accepts one of several concurrent PUTs to a target, and leaves no files of the others', async () => {
    const file = await photo();
    const [target] = await client.declare(file);
    const puts = await Promise.all(Array.from({ length: 4 }, () => client.put(target ?? {}, file.bytes)));
    expect(puts.map((put) => put.status).toSorted((one, other) => one - other)).toEqual([200, 409, 409, 409]);
    expect(await client.complete(target?.['id'])).toMatchObject([{ __typename: 'Photo' }]);
    expect(await leftovers()).toEqual([]);
  });

  it('creates one photo from concurrent completions', async () => {
    const file = await photo();
    const [target] = await client.declare(file);
    await client.put(target ?? {}, file.bytes);
    const results = await Promise.all(Array.from({ length: 5 }, () => client.complete(target?.['id'])));
    expect(new Set(results.flat().map((result) => result['id'])).size).toBe(1);
    expect(results.flat().every((result) => result['__typename'] === 'Photo')).toBe(true);
  });

  it('accepts at most 100 declarations at once', async () => {
    const uploads = Array.from({ length: 101 }, (_, index) => ({
      filename: 'a.jpg',
      contentType: '',
      sizeBytes: 1,
      checksum: sha256(Buffer.from(`b${index}`)),
    }));
    const query =
      'mutation ($uploads: [CreateUploadInput!]!) { createUploads(uploads: $uploads) { __typename } }';
    expect((await client.graphql(query, { uploads })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect((await client.data(query, { uploads: uploads.slice(1) }))['createUploads']).toHaveLength(100);
  });
});

describe('the quota', () => {
  it('is never exceeded, and a refused upload uses none of it', async () => {
    const files = await Promise.all([photo(), photo(), photo()]);
    const quota = files[0].bytes.length + files[1].bytes.length;
    const small = await startApp({ env: { STORAGE_QUOTA_BYTES: String(quota) } });
    try {
      const storage = async () =>
        (await small.client.data('{ viewer { storage { quotaBytes usedBytes photoCount trashedCount } } }'))[
          'viewer'
        ].storage;
      const targets = await small.client.declare(...files);
      expect(targets.map((target) => target['code'] ?? target['__typename'])).toEqual([
        'UploadTarget',
        'UploadTarget',
        'QUOTA_EXCEEDED',
      ]);
      expect((await small.client.upload(files[2]))[0]).toMatchObject({ code: 'QUOTA_EXCEEDED' });
      expect(await storage()).toEqual({ quotaBytes: quota, usedBytes: 0, photoCount: 0, trashedCount: 0 });
      for (const [index, file] of files.slice(0, 2).entries())
        await small.client.put(targets[index]!, file.bytes);
      const stored = await small.client.complete(...targets.slice(0, 2).map((target) => target['id']));
      expect(await storage()).toEqual({
        quotaBytes: quota,
        usedBytes: quota,
        photoCount: 2,
        trashedCount: 0,
      });
      await small.client.data('mutation ($ids: [ID!]!) { deletePhotos(ids: $ids) { __typename } }', {
        ids: stored.map((each) => each['id']),
      });
      expect(await storage()).toEqual({ quotaBytes: quota, usedBytes: 0, photoCount: 0, trashedCount: 0 });
      expect((await small.client.upload(files[2]))[0]).toMatchObject({ __typename: 'Photo' });
    } finally {
      await small.close();
    }
  });
});
