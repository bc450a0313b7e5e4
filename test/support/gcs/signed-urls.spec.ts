import { generateKeyPairSync } from 'node:crypto';
import { BUCKET, LocalGcs, xmlErrorOf } from './local-gcs.ts';

const MINUTE = 60_000;

describe('a signed URL', () => {
  let gcs: LocalGcs;
  let ahead = 0;
  beforeAll(async () => {
    gcs = await LocalGcs.start({ requireToken: true, now: () => Date.now() + ahead });
    await upload('photo', Buffer.from('some bytes'));
  });
  afterAll(() => gcs.close());
  afterEach(() => {
    ahead = 0;
    gcs.server.faults.clear();
  });

  const upload = async (name: string, body: Buffer) => {
    const response = await fetch(await gcs.sign(name, { action: 'write' }), { method: 'PUT', body });
    expect(response.status).toBe(200);
  };

  it.each(['plain', 'a/b/c.jpg', 'ü 日本 😀', "it's (so) *odd*!+&=?#%41~"])(
    'grants access to %j',
    async (name) => {
      await upload(name, Buffer.from(name));
      expect((await gcs.content(name))?.toString()).toBe(name);
      const head = await fetch(await gcs.sign(name, { action: 'read' }));
      expect(head.headers.get('x-goog-stored-content-length')).toBe(String(Buffer.byteLength(name)));
      const deleted = await fetch(await gcs.sign(name, { action: 'delete' }), { method: 'DELETE' });
      expect(deleted.status).toBe(204);
      expect(await gcs.content(name)).toBeNull();
    },
  );

  it('serves ranges, and the response headers that were signed', async () => {
    const part = await fetch(await gcs.sign('photo', { action: 'read' }), {
      headers: { range: 'bytes=5-8' },
    });
    expect([part.status, await part.text()]).toEqual([206, 'byte']);
    const named = await fetch(
      await gcs.sign('photo', { action: 'read', promptSaveAs: 'a.jpg', responseType: 'image/jpeg' }),
    );
    expect(named.headers.get('content-disposition')).toBe('attachment; filename="a.jpg"');
    expect(named.headers.get('content-type')).toBe('image/jpeg');
    const beyond = await fetch(await gcs.sign('photo', { action: 'read' }), {
      headers: { range: 'bytes=99-' },
    });
    expect(await xmlErrorOf(beyond)).toEqual([416, 'InvalidRange']);
  });

  it('reports a missing object or bucket', async () => {
    expect(await xmlErrorOf(await fetch(await gcs.sign('missing', { action: 'read' })))).toEqual([
      404,
      'NoSuchKey',
    ]);
    const [elsewhere] = await gcs.storage
      .bucket('no-such-bucket')
      .file('x')
      .getSignedUrl({ version: 'v4', action: 'read', expires: Date.now() + MINUTE });
    expect(await xmlErrorOf(await fetch(elsewhere))).toEqual([404, 'NoSuchBucket']);
  });

  it('is valid only for its method, object and parameters', async () => {
    const url = await gcs.sign('photo', { action: 'read' });
    const changed = [
      url.replace('/photo?', '/other?'),
      url.replace(`/${BUCKET}/`, '/other-bucket/'),
      url.replace(/X-Goog-Expires=\d+/, 'X-Goog-Expires=9999'),
      `${url}&generation=1`,
      url.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      url.replace(/X-Goog-Signature=\w+/, 'X-Goog-Signature=00'),
      url.replace(/X-Goog-Signature=\w+/, 'X-Goog-Signature=signature'),
      url.replace('storage%40', 'someone%40'),
    ];
    for (const wrong of changed) {
      expect(wrong).not.toBe(url);
      expect(await xmlErrorOf(await fetch(wrong))).toEqual([403, 'SignatureDoesNotMatch']);
    }
    expect(await xmlErrorOf(await fetch(url, { method: 'DELETE' }))).toEqual([403, 'SignatureDoesNotMatch']);
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(403);
    expect((await gcs.content('photo'))?.toString()).toBe('some bytes');
  });

  it('is valid only if the account of this server signed it', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const otherClient = gcs.client();
    otherClient.authClient.jsonContent = {
      ...gcs.server.serviceAccountKey,
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
    const config = { version: 'v4' as const, action: 'read' as const, expires: Date.now() + MINUTE };
    const [url] = await otherClient.bucket(BUCKET).file('photo').getSignedUrl(config);
    expect(await xmlErrorOf(await fetch(url))).toEqual([403, 'SignatureDoesNotMatch']);
  });

  it('is valid only for its time', async () => {
    const url = await gcs.sign('photo', { action: 'read', expires: Date.now() + 5 * MINUTE });
    ahead = 4 * MINUTE;
    expect((await fetch(url)).status).toBe(200);
    ahead = 5 * MINUTE + 2000;
    expect(await xmlErrorOf(await fetch(url))).toEqual([400, 'ExpiredToken']);
    ahead = -20 * MINUTE;
    expect(await xmlErrorOf(await fetch(url))).toEqual([403, 'RequestTimeTooSkewed']);
  });

  it.each([
    [/X-Goog-Date=\w+/, 'X-Goog-Date=yesterday'],
    [/X-Goog-Expires=\d+/, 'X-Goog-Expires=604801'],
    [/X-Goog-Expires=\d+/, 'X-Goog-Expires=0'],
    [/X-Goog-Algorithm=[\w-]+/, 'X-Goog-Algorithm=NONE'],
    [/goog4_request/, 'aws4_request'],
    [/X-Goog-SignedHeaders=host/, 'X-Goog-SignedHeaders=accept'],
    [/&X-Goog-Credential=[^&]+/, ''],
  ])('must be well-formed: %s', async (part, replacement) => {
    const url = await gcs.sign('photo', { action: 'read' });
    expect(url).toMatch(part);
    expect(await xmlErrorOf(await fetch(url.replace(part, replacement)))).toEqual([
      400,
      'MalformedSecurityHeader',
    ]);
  });

  it('is required unless there is a token', async () => {
    const url = `${gcs.server.url}/${BUCKET}/photo`;
    expect(await xmlErrorOf(await fetch(url))).toEqual([403, 'AccessDenied']);
    expect((await fetch(url, { headers: { authorization: 'Bearer made-up' } })).status).toBe(401);
  });

  it('is not written into the log', async () => {
    gcs.server.requests.clear();
    const url = await gcs.sign('photo', { action: 'read' });
    await (await fetch(url)).text();
    const [entry] = gcs.server.requests.of('xml.get');
    expect(entry).toMatchObject({ method: 'GET', path: `/${BUCKET}/photo`, status: 200 });
    expect(JSON.stringify(entry)).not.toContain(new URL(url).searchParams.get('X-Goog-Signature'));
  });
});
