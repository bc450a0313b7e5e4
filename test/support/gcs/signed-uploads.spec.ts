import { BUCKET, LocalGcs, xmlErrorOf, someBytes } from './local-gcs.ts';

describe('a signed URL for an upload', () => {
  let gcs: LocalGcs;
  beforeAll(async () => void (gcs = await LocalGcs.start({ requireToken: true })));
  afterAll(() => gcs.close());

  const headers = {
    'content-type': 'image/jpeg',
    'x-goog-content-length-range': '100,200',
    'x-goog-if-generation-match': '0',
  };
  const signUpload = (name: string) => {
    const { 'content-type': contentType, ...extensionHeaders } = headers;
    return gcs.sign(name, { action: 'write', contentType, extensionHeaders });
  };
  const put = async (name: string, size: number, changed: Record<string, string> = {}) =>
    fetch(await signUpload(name), {
      method: 'PUT',
      body: someBytes(size),
      headers: { ...headers, ...changed },
    });

  it('accepts the upload for which it was signed', async () => {
    const response = await put('signed', 150);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-goog-generation')).toMatch(/^\d{16}$/);
    expect(response.headers.get('x-goog-hash')).toMatch(/^crc32c=\S+, md5=\S+$/);
    expect(response.headers.get('etag')).toMatch(/^"[0-9a-f]{32}"$/);
    expect((await gcs.content('signed'))?.equals(someBytes(150))).toBe(true);
  });

  it('rejects another size', async () => {
    expect(await xmlErrorOf(await put('size', 201))).toEqual([400, 'EntityTooLarge']);
    expect(await xmlErrorOf(await put('size', 99))).toEqual([400, 'EntityTooSmall']);
    expect(await gcs.content('size')).toBeNull();
  });

  it('rejects another size without Content-Length', async () => {
    for (const [size, code] of [
      [1000, 'EntityTooLarge'],
      [99, 'EntityTooSmall'],
    ] as const) {
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(someBytes(size));
          controller.close();
        },
      });
      const response = await fetch(await signUpload('chunked'), {
        method: 'PUT',
        body,
        headers,
        duplex: 'half',
      });
      expect(await xmlErrorOf(response)).toEqual([400, code]);
    }
    expect(await gcs.content('chunked')).toBeNull();
  });

  it('does not overwrite an object', async () => {
    expect((await put('once', 150)).status).toBe(200);
    expect(await xmlErrorOf(await put('once', 160))).toEqual([412, 'PreconditionFailed']);
    expect(await gcs.content('once')).toHaveLength(150);
  });

  it.each([
    ['content-type', 'text/html'],
    ['x-goog-content-length-range', '0,1000'],
    ['x-goog-if-generation-match', '1'],
  ])('rejects another value of %s', async (name, value) => {
    expect(await xmlErrorOf(await put('other', 150, { [name]: value }))).toEqual([
      403,
      'SignatureDoesNotMatch',
    ]);
  });

  it.each(Object.keys(headers))('rejects a request without %s', async (name) => {
    const { [name as keyof typeof headers]: _, ...rest } = headers;
    // The body is a buffer because fetch adds no content type to it.
    const response = await fetch(await signUpload('less'), {
      method: 'PUT',
      body: someBytes(150),
      headers: rest,
    });
    expect(await xmlErrorOf(response)).toEqual([400, 'MalformedSecurityHeader']);
  });

  it('rejects an x-goog- header that was not signed', async () => {
    const response = await put('more', 150, { 'x-goog-meta-extra': '1' });
    expect(await xmlErrorOf(response)).toEqual([400, 'MalformedSecurityHeader']);
  });

  it('verifies a checksum that is sent with the bytes', async () => {
    for (const changed of [{ 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }]) {
      expect(await xmlErrorOf(await put('sum', 150, changed))).toEqual([400, 'BadDigest']);
    }
    expect(await gcs.content('sum')).toBeNull();
  });

  it('stores custom metadata in any script', async () => {
    const text = '日本 Ü';
    const extensionHeaders = { 'x-goog-meta-place': text };
    const url = await gcs.sign('meta', { action: 'write', extensionHeaders });
    // fetch sends each character as one byte, whereas the UTF-8 bytes are signed.
    const sent = Buffer.from(text).toString('latin1');
    const put = await fetch(url, { method: 'PUT', body: 'x', headers: { 'x-goog-meta-place': sent } });
    expect(put.status).toBe(200);
    const read = await fetch(await gcs.sign('meta', { action: 'read' }));
    expect(read.headers.get('x-goog-meta-place')).toBe(sent);
    const logged = gcs.server.requests.of('xml.put').at(-1);
    expect(logged).toMatchObject({ path: `/${BUCKET}/meta`, status: 200 });
  });

  it('rejects a far too large body immediately, and the client receives the response', async () => {
    const extensionHeaders = { 'x-goog-content-length-range': '0,10' };
    const url = await gcs.sign('huge', { action: 'write', extensionHeaders });
    const body = Buffer.alloc(32 * 1024 * 1024);
    expect(await xmlErrorOf(await fetch(url, { method: 'PUT', body, headers: extensionHeaders }))).toEqual([
      400,
      'EntityTooLarge',
    ]);
  });

  it('starts a resumable upload, and its conditions apply to the whole upload', async () => {
    const start = async (name: string) => {
      const extensionHeaders = {
        'x-goog-content-length-range': '0,300000',
        'x-goog-if-generation-match': '0',
      };
      const url = await gcs.sign(name, { action: 'resumable', contentType: 'image/jpeg', extensionHeaders });
      const headers = { ...extensionHeaders, 'x-goog-resumable': 'start', 'content-type': 'image/jpeg' };
      const response = await fetch(url, { method: 'POST', headers });
      expect(response.status).toBe(201);
      return response.headers.get('location')!;
    };
    const bytes = someBytes(262_144 + 1000);
    const sessionUri = await start('by-page');
    const put = (body: Buffer, range: string) =>
      fetch(sessionUri, { method: 'PUT', body, headers: { 'content-range': range } });
    expect((await put(bytes.subarray(0, 262_144), 'bytes 0-262143/*')).status).toBe(308);
    expect(
      (await put(bytes.subarray(262_144), `bytes 262144-${bytes.length - 1}/${bytes.length}`)).status,
    ).toBe(200);
    expect((await gcs.content('by-page'))?.equals(bytes)).toBe(true);
    const large = await fetch(await start('too-large'), { method: 'PUT', body: someBytes(300_001) });
    expect(await xmlErrorOf(large)).toEqual([400, 'EntityTooLarge']);
    expect(await gcs.content('too-large')).toBeNull();
  });
});
