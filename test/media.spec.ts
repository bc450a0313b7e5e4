import { TestBucket } from './support/bucket.ts';
import { jpeg } from './support/images.ts';
import { type Client, startApp, type TestApp } from './support/app.ts';

let app: TestApp;
let client: Client;
let photo: Record<string, any>;
let bytes: Buffer;

describe.each(['a folder', 'a bucket'])('media served from %s', (place) => {
  let bucket: TestBucket | null = null;

  beforeAll(async () => {
    bucket = place === 'a bucket' ? await TestBucket.open() : null;
    app = await startApp({ env: bucket?.env ?? {} });
    ({ client } = app);
    bytes = await jpeg({ seed: 1, width: 800, height: 600 });
    // An HTML page appended to a photo.
    bytes = Buffer.concat([bytes, Buffer.from('<html><script>alert(1)</script></html>')]);
    [photo] = (await client.upload({ name: '夏休み "1".jpg', bytes })) as [Record<string, any>];
  });
  afterAll(async () => {
    await app.close();
    await bucket?.close();
  });

  it('serves the original as a download that no browser executes', async () => {
    const response = await client.fetch(photo['originalUrl']);
    const { headers } = response;
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename=.*filename\*=UTF-8''%E5%A4%8F/);
    expect(headers.get('content-type')).toBe('image/jpeg');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    expect(headers.get('cache-control')).toContain('private');
  });

  it.each(['thumbnailUrl', 'previewUrl'])('lets a browser cache the %s permanently', async (url) => {
    const response = await client.fetch(photo[url]);
    expect(response.headers.get('cache-control')).toMatch(/private.*immutable/);
    const etag = response.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[^"]+"$/);
    const body = Buffer.from(await response.arrayBuffer());
    expect(body.includes('<script>')).toBe(false);
    const again = await client.fetch(photo[url], { headers: { 'if-none-match': etag } });
    expect([again.status, (await again.arrayBuffer()).byteLength]).toEqual([304, 0]);
  });

  it('supports range requests', async () => {
    const part = await client.fetch(photo['originalUrl'], { headers: { range: 'bytes=10-19' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${bytes.length}`]);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(10, 20));
    const beyond = await client.fetch(photo['originalUrl'], { headers: { range: `bytes=${bytes.length}-` } });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${bytes.length}`]);
  });

  it.each([
    '/media/nothing/original',
    '/media/ID/keys',
    '/media/ID',
    '/media/..%2f..%2fimgstream.duckdb/original',
  ])('responds 404 at %s', async (path) => {
    const response = await client.fetch(path.replace('ID', photo['id']));
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: expect.any(String) } }] });
  });

  it('remains available for photos in the trash and is removed with the photo', async () => {
    await client.data('mutation ($ids: [ID!]!) { trashPhotos(ids: $ids) { __typename } }', {
      ids: [photo['id']],
    });
    expect((await client.fetch(photo['thumbnailUrl'])).status).toBe(200);
    await client.data('mutation ($ids: [ID!]!) { deletePhotos(ids: $ids) { __typename } }', {
      ids: [photo['id']],
    });
    for (const url of ['thumbnailUrl', 'previewUrl', 'originalUrl'])
      expect((await client.fetch(photo[url])).status).toBe(404);
  });
});
