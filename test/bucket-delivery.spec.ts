import { v7 as uuid } from 'uuid';
import { startApp, type TestApp, type TestFile } from './support/app.ts';
import { TestBucket } from './support/bucket.ts';
import { jpeg } from './support/images.ts';

describe('with STORAGE_URL and MEDIA_DELIVERY=signed', () => {
  let bucket: TestBucket;
  let app: TestApp;
  let kept: Record<string, any>;
  let file: TestFile;

  beforeAll(async () => {
    bucket = await TestBucket.open();
    app = await startApp({ env: { ...bucket.env, MEDIA_DELIVERY: 'signed' } });
    file = { name: '夏休み "1".jpg', bytes: await jpeg({ seed: 1 }), type: 'image/jpeg' };
    [kept] = (await app.client.upload(file)) as [Record<string, any>];
  });
  afterAll(async () => {
    await app.close();
    await bucket.close();
  });
  const get = (url: string, init: RequestInit = {}) => app.client.fetch(url, { redirect: 'manual', ...init });

  it('redirects to the bucket, where the original is an attachment with its filename', async () => {
    const response = await get(kept['originalUrl']);
    expect([response.status, response.headers.get('cache-control')]).toEqual([302, 'private, no-store']);
    const url = new URL(response.headers.get('location') ?? '');
    expect(url.origin).toBe(bucket.origin);
    expect(Number(url.searchParams.get('X-Goog-Expires'))).toBeLessThanOrEqual(3600);
    const bytes = await fetch(url);
    expect(bytes.headers.get('content-disposition')).toMatch(
      /^attachment; filename=.*filename\*=UTF-8''%E5%A4%8F/,
    );
    expect(bytes.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await bytes.arrayBuffer())).toEqual(file.bytes);
  });

  it.each(['thumbnailUrl', 'previewUrl'])(
    'redirects to the same URL for the %s each time, so that a browser can cache it',
    async (field) => {
      const responses = [await get(kept[field]), await get(kept[field])];
      expect(new Set(responses.map(({ headers }) => headers.get('location'))).size).toBe(1);
      const { headers, status } = responses[0] as Response;
      expect(status).toBe(302);
      const [, seconds] = /^private, max-age=(\d+)$/.exec(headers.get('cache-control') ?? '') ?? [];
      expect(Number(seconds)).toBeLessThanOrEqual(1800);
      const bytes = await fetch(headers.get('location') ?? '');
      expect(bytes.headers.get('content-type')).toMatch(/^image\//);
      expect(bytes.headers.get('cache-control')).toBe('private, max-age=3600');
    },
  );

  it('responds to HEAD and to conditional requests without a redirect', async () => {
    const head = await get(kept['originalUrl'], { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(file.bytes.length)]);
    const etag = head.headers.get('etag') ?? '';
    expect((await get(kept['originalUrl'], { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  it('does not redirect to a photo that does not exist', async () => {
    expect((await get(`/media/${uuid()}/original`)).status).toBe(404);
  });

  it('allows its pages to load photos from the bucket', async () => {
    const page = await get('/graphql', { headers: { accept: 'text/html' } });
    const policy = page.headers.get('content-security-policy') ?? '';
    const source = `${bucket.origin}/${bucket.name}/`;
    expect(policy).toContain(`; img-src 'self' data: ${source};`);
    expect(policy).toContain(`; connect-src 'self' ${source};`);
  });
});
