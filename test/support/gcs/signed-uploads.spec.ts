import { BUCKET, LocalGcs, refusal, someBytes } from './local-gcs.ts';

describe('signed uploads', () => {
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

  it('takes what was signed', async () => {
    const answer = await put('signed', 150);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-goog-generation')).toMatch(/^\d{16}$/);
    expect(answer.headers.get('x-goog-hash')).toMatch(/^crc32c=\S+, md5=\S+$/);
    expect(answer.headers.get('etag')).toMatch(/^"[0-9a-f]{32}"$/);
    expect((await gcs.content('signed'))?.equals(someBytes(150))).toBe(true);
  });

  it('refuses another size', async () => {
    expect(await refusal(await put('size', 201))).toEqual([400, 'EntityTooLarge']);
    expect(await refusal(await put('size', 99))).toEqual([400, 'EntityTooSmall']);
    expect(await gcs.content('size')).toBeNull();
  });

  it('refuses another size that was not declared', async () => {
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
      const answer = await fetch(await signUpload('chunked'), {
        method: 'PUT',
        body,
        headers,
        duplex: 'half',
      });
      expect(await refusal(answer)).toEqual([400, code]);
    }
    expect(await gcs.content('chunked')).toBeNull();
  });

  it('refuses to overwrite', async () => {
    expect((await put('once', 150)).status).toBe(200);
    expect(await refusal(await put('once', 160))).toEqual([412, 'PreconditionFailed']);
    expect(await gcs.content('once')).toHaveLength(150);
  });

  it.each([
    ['content-type', 'text/html'],
    ['x-goog-content-length-range', '0,1000'],
    ['x-goog-if-generation-match', '1'],
  ])('refuses another %s', async (name, value) => {
    expect(await refusal(await put('other', 150, { [name]: value }))).toEqual([403, 'SignatureDoesNotMatch']);
  });

  it.each(Object.keys(headers))('refuses to go without %s', async (name) => {
    const { [name as keyof typeof headers]: _, ...rest } = headers;
    // A body of bytes has no type of its own that fetch would send in place of the one left out.
    const answer = await fetch(await signUpload('less'), {
      method: 'PUT',
      body: someBytes(150),
      headers: rest,
    });
    expect(await refusal(answer)).toEqual([400, 'MalformedSecurityHeader']);
  });

  it('refuses a header of Cloud Storage that was not signed', async () => {
    const answer = await put('more', 150, { 'x-goog-meta-extra': '1' });
    expect(await refusal(answer)).toEqual([400, 'MalformedSecurityHeader']);
  });

  it('checks the checksum that comes along', async () => {
    for (const changed of [{ 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }]) {
      expect(await refusal(await put('sum', 150, changed))).toEqual([400, 'BadDigest']);
    }
    expect(await gcs.content('sum')).toBeNull();
  });

  it('keeps custom metadata, whatever its letters', async () => {
    const text = '日本 Ü';
    const extensionHeaders = { 'x-goog-meta-place': text };
    const url = await gcs.sign('meta', { action: 'write', extensionHeaders });
    // fetch writes a character as one byte, and it is the bytes of UTF-8 that are signed.
    const sent = Buffer.from(text).toString('latin1');
    const put = await fetch(url, { method: 'PUT', body: 'x', headers: { 'x-goog-meta-place': sent } });
    expect(put.status).toBe(200);
    const got = await fetch(await gcs.sign('meta', { action: 'read' }));
    expect(got.headers.get('x-goog-meta-place')).toBe(sent);
    const told = gcs.server.requests.of('xml.put').at(-1);
    expect(told).toMatchObject({ path: `/${BUCKET}/meta`, status: 200 });
  });

  it('refuses at once what is far too large, and the client hears of it', async () => {
    const extensionHeaders = { 'x-goog-content-length-range': '0,10' };
    const url = await gcs.sign('huge', { action: 'write', extensionHeaders });
    const body = Buffer.alloc(32 * 1024 * 1024);
    expect(await refusal(await fetch(url, { method: 'PUT', body, headers: extensionHeaders }))).toEqual([
      400,
      'EntityTooLarge',
    ]);
  });

  it('starts a resumable upload, and what it was signed with holds for the whole', async () => {
    const start = async (name: string) => {
      const extensionHeaders = {
        'x-goog-content-length-range': '0,300000',
        'x-goog-if-generation-match': '0',
      };
      const url = await gcs.sign(name, { action: 'resumable', contentType: 'image/jpeg', extensionHeaders });
      const headers = { ...extensionHeaders, 'x-goog-resumable': 'start', 'content-type': 'image/jpeg' };
      const answer = await fetch(url, { method: 'POST', headers });
      expect(answer.status).toBe(201);
      return answer.headers.get('location')!;
    };
    const bytes = someBytes(262_144 + 1000);
    const address = await start('by-page');
    const put = (body: Buffer, range: string) =>
      fetch(address, { method: 'PUT', body, headers: { 'content-range': range } });
    expect((await put(bytes.subarray(0, 262_144), 'bytes 0-262143/*')).status).toBe(308);
    expect(
      (await put(bytes.subarray(262_144), `bytes 262144-${bytes.length - 1}/${bytes.length}`)).status,
    ).toBe(200);
    expect((await gcs.content('by-page'))?.equals(bytes)).toBe(true);
    const large = await fetch(await start('too-large'), { method: 'PUT', body: someBytes(300_001) });
    expect(await refusal(large)).toEqual([400, 'EntityTooLarge']);
    expect(await gcs.content('too-large')).toBeNull();
  });
});
