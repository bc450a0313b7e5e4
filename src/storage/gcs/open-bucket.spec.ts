import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Storage } from '@google-cloud/storage';
import { BUCKET, LocalGcs, xmlErrorOf } from '../../../test/support/gcs/local-gcs.ts';
import { ConfigError, loadConfig } from '../../config/config.ts';
import { Staging } from '../staging/staging.ts';
import { StorageStartError } from '../storage-start-error.ts';
import { BucketCors } from './bucket-cors.ts';
import { GcsClient } from './client/gcs-client.ts';
import { openBucket } from './open-bucket.ts';
import { UrlSigner } from './url-signer.ts';

describe('openBucket', () => {
  const environment = { ...process.env };
  let gcs: LocalGcs;
  let dataDir: string;
  let staging: Staging;

  beforeAll(async () => {
    gcs = await LocalGcs.start({ requireToken: true });
    dataDir = await mkdtemp(join(tmpdir(), 'bucket-'));
    staging = new Staging(loadConfig({ DATA_DIR: dataDir }));
    await staging.onModuleInit();
    // Keeps the credentials of the developer out of the test.
    for (const name of ['GOOGLE_APPLICATION_CREDENTIALS', 'STORAGE_EMULATOR_HOST']) delete process.env[name];
    process.env['HOME'] = dataDir;
    process.env['GCE_METADATA_HOST'] = new URL(gcs.server.url).host;
  });
  afterAll(async () => {
    process.env = environment;
    await gcs.close();
    await rm(dataDir, { recursive: true });
  });
  beforeEach(() => {
    gcs.server.faults.clear();
    gcs.server.requests.clear();
  });

  /** A service without a key file: the metadata server issues its tokens, and IAM signs for it. */
  const keyless = () =>
    new Storage({
      apiEndpoint: gcs.server.url,
      projectId: 'local-project',
      useAuthWithCustomEndpoint: true,
    });
  const signingEndpoint = () => `${gcs.server.url}/v1/projects/-/serviceAccounts/`;
  const open = (bucket = BUCKET, storage = keyless()) =>
    openBucket(bucket, staging, { storage, signingEndpoint: signingEndpoint() });
  const failure = (...args: Parameters<typeof open>): Promise<unknown> =>
    open(...args).then(
      () => null,
      (reason: unknown) => reason,
    );
  const refusedWith = async (...args: Parameters<typeof open>): Promise<string> => {
    const error = await failure(...args);
    expect(error).toBeInstanceOf(ConfigError);
    return String(error);
  };

  describe('at start', () => {
    it('opens the bucket without a key file, and leaves no objects in it', async () => {
      const { store, targets } = await open();
      expect((await store.list('', { limit: 9 })).keys).toEqual([]);
      expect(gcs.server.requests.of('metadata.get').length).toBeGreaterThan(0);
      expect(gcs.server.requests.of('iam.signBlob')).toHaveLength(1);
      const upload = { contentType: 'image/jpeg', sizeBytes: 5, expiresAt: new Date(Date.now() + 60_000) };
      const { url, headers } = await targets.issue({ id: 'an-upload', secret: '', ...upload });
      const sent = Object.fromEntries(headers.map(({ name, value }) => [name, value]));
      expect((await fetch(url, { method: 'PUT', body: Buffer.from('bytes'), headers: sent })).status).toBe(
        200,
      );
      expect(url.startsWith(`${targets.cspSource}temp/uploads/`)).toBe(true);
      expect(store.cspSource).toBe(targets.cspSource);
      await store.delete('temp/uploads/an-upload');
    });

    it('reports a bucket that does not exist', async () => {
      expect(await refusedWith('no-such-bucket')).toMatch(
        /STORAGE_URL: gs:\/\/no-such-bucket \(bucket-missing\): .* Create it, or correct STORAGE_URL\./,
      );
    });

    it("reports the missing role, with Google's message", async () => {
      gcs.server.faults.failNext({ operation: 'objects.insert', fault: { status: 403 } });
      const message = await refusedWith();
      expect(message).toMatch(/\(forbidden\): .*roles\/storage\.objectUser/);
      expect(message).toMatch(/Message from Google: The caller does not have permission/);
    });

    it('reports missing credentials', async () => {
      const storage = new Storage({ apiEndpoint: gcs.server.url, projectId: 'local-project' });
      expect(await refusedWith(BUCKET, storage)).toMatch(
        /\(no-credentials\): .*GOOGLE_APPLICATION_CREDENTIALS/,
      );
    });

    it('reports that it cannot sign URLs, and the missing role', async () => {
      gcs.server.faults.failNext({ operation: 'iam.signBlob', fault: { status: 403 }, times: 9 });
      expect(await refusedWith()).toMatch(/\(cannot-sign\): .*roles\/iam\.serviceAccountTokenCreator/);
    });

    it('retries after temporary failures', async () => {
      gcs.server.faults.failNext({ operation: 'objects.insert', fault: { status: 503 } });
      gcs.server.faults.failNext({ operation: 'objects.list', fault: { status: 429 } });
      await open();
      expect(gcs.server.faults.pending).toBe(0);
    });

    it.each([
      [429, /\(rate-limited\)/],
      [503, /\(failing\)/],
    ])('does not blame the configuration for status %i', async (status, message) => {
      gcs.server.faults.failNext({ operation: 'objects.insert', fault: { status }, times: 9 });
      const error = await failure();
      expect(error).toBeInstanceOf(StorageStartError);
      expect(String(error)).toMatch(message);
      expect(String(error)).not.toMatch(/not valid/);
    });

    it('reports an unreachable server', async () => {
      const storage = new Storage({ apiEndpoint: 'http://127.0.0.1:1', projectId: 'local-project' });
      const error = await failure(BUCKET, storage);
      expect(error).toBeInstanceOf(StorageStartError);
      expect(String(error)).toMatch(/\(unreachable\): Cloud Storage cannot be reached/);
    });
  });

  describe('BucketCors', () => {
    const findProblem = () => new BucketCors(new GcsClient(keyless(), BUCKET)).findProblem();
    const responseHeader = ['content-type', 'X-Goog-Content-Length-Range', 'x-goog-if-generation-match'];
    const rule = { origin: ['https://photos.test'], method: ['PUT'], responseHeader };

    it.each([
      [[]],
      [[{ ...rule, method: ['GET'] }]],
      [[{ ...rule, origin: [] }]],
      [[{ ...rule, responseHeader: ['Content-Type'] }]],
    ])('finds that %j does not allow uploads', async (rules) => {
      await gcs.server.setBucket(BUCKET, { cors: rules });
      const problem = await findProblem();
      expect(problem).toMatch(/Pages cannot upload to gs:\/\/test-bucket/);
      const [json = ''] = /\[\{.*\}\]/.exec(problem ?? '') ?? [];
      // The rule that the message recommends is sufficient.
      await gcs.server.setBucket(BUCKET, { cors: JSON.parse(json) });
      expect(await findProblem()).toBeNull();
    });

    it.each([
      [[rule]],
      [
        [
          { origin: ['*'], method: ['GET'] },
          { ...rule, method: ['*'] },
        ],
      ],
    ])('finds that %j allows uploads', async (rules) => {
      await gcs.server.setBucket(BUCKET, { cors: rules });
      expect(await findProblem()).toBeNull();
    });

    it('reports that it is not allowed to read the configuration', async () => {
      gcs.server.faults.failNext({ operation: 'buckets.get', fault: { status: 403 } });
      expect(await findProblem()).toMatch(/Could not check .* roles\/storage\.bucketViewer/);
    });
  });

  describe('UrlSigner', () => {
    const signer = () => new UrlSigner(keyless(), BUCKET, { signingEndpoint: signingEndpoint() });
    const as = { contentType: 'image/jpeg', disposition: 'attachment; filename="a b.jpg"' };

    it('signs a URL that presents the object as requested, for one hour at most', async () => {
      const { store } = await open();
      await store.put('photos/u/p', Buffer.from('bytes'), 'text/html');
      const { url, sameForSeconds } = await signer().signRead('photos/u/p', as);
      const response = await fetch(url, { headers: { range: 'bytes=1-2' } });
      expect([response.status, await response.text()]).toEqual([206, 'yt']);
      expect(response.headers.get('content-type')).toBe('image/jpeg');
      expect(response.headers.get('content-disposition')).toBe(as.disposition);
      expect(response.headers.get('cache-control')).toBe('private, max-age=3600');
      const { searchParams } = new URL(url);
      expect(Number(searchParams.get('X-Goog-Expires'))).toBe(3600);
      expect(sameForSeconds).toBeLessThanOrEqual(1800);
      expect((await fetch(url.replace('/photos/u/p?', '/photos/u/q?'))).status).toBe(403);
      expect(await xmlErrorOf(await fetch(url, { method: 'DELETE' }))).toEqual([
        403,
        'SignatureDoesNotMatch',
      ]);
    });

    it('returns the same URL to every reader in every process, and sends IAM one request', async () => {
      const one = signer();
      gcs.server.requests.clear();
      const urls = await Promise.all(Array.from({ length: 5 }, () => one.signRead('photos/u/p', as)));
      expect(gcs.server.requests.of('iam.signBlob')).toHaveLength(1);
      urls.push(await signer().signRead('photos/u/p', as));
      expect(new Set(urls.map(({ url }) => url)).size).toBe(1);
    });

    it('does not cache a failed signature', async () => {
      const one = signer();
      gcs.server.faults.failNext({ operation: 'iam.signBlob', fault: { status: 403 }, times: 1 });
      await expect(one.signRead('photos/u/p', as)).rejects.toMatchObject({ fault: 'cannot-sign' });
      expect((await one.signRead('photos/u/p', as)).url).toMatch(/^http/);
    });
  });
});
