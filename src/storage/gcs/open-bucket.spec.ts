import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Storage } from '@google-cloud/storage';
import { BUCKET, LocalGcs, refusal } from '../../../test/support/gcs/local-gcs.ts';
import { ConfigError, loadConfig } from '../../config/config.ts';
import { Staging } from '../staging/staging.ts';
import { StorageStartError } from '../storage-start-error.ts';
import { BucketCors } from './bucket-cors.ts';
import { GcsClient } from './client/gcs-client.ts';
import { openBucket } from './open-bucket.ts';
import { UrlSigner } from './url-signer.ts';

describe('a bucket', () => {
  const environment = { ...process.env };
  let gcs: LocalGcs;
  let dataDir: string;
  let staging: Staging;

  beforeAll(async () => {
    gcs = await LocalGcs.start({ requireToken: true });
    dataDir = await mkdtemp(join(tmpdir(), 'bucket-'));
    staging = new Staging(loadConfig({ DATA_DIR: dataDir }));
    await staging.onModuleInit();
    // Nothing of the person who runs this.
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

  /** A service without a key: its machine gives it tokens, and IAM signs for it. */
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
    it('opens without a key file, and leaves nothing there', async () => {
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
      expect(url.startsWith(`${targets.source}temp/uploads/`)).toBe(true);
      expect(store.source).toBe(targets.source);
      await store.delete('temp/uploads/an-upload');
    });

    it('says that the bucket does not exist', async () => {
      expect(await refusedWith('no-such-bucket')).toMatch(
        /STORAGE_URL: gs:\/\/no-such-bucket \(bucket-missing\): .* Make it, or correct STORAGE_URL\./,
      );
    });

    it('says what a service lacks that may not use the bucket, with what Google says', async () => {
      gcs.server.faults.failNext({ operation: 'objects.insert', fault: { status: 403 } });
      const message = await refusedWith();
      expect(message).toMatch(/\(forbidden\): .*roles\/storage\.objectUser/);
      expect(message).toMatch(/Google's words: The caller does not have permission/);
    });

    it('says that Google does not know it', async () => {
      const storage = new Storage({ apiEndpoint: gcs.server.url, projectId: 'local-project' });
      expect(await refusedWith(BUCKET, storage)).toMatch(
        /\(no-credentials\): .*GOOGLE_APPLICATION_CREDENTIALS/,
      );
    });

    it('says that it cannot sign, and what to do', async () => {
      gcs.server.faults.failNext({ operation: 'iam.signBlob', fault: { status: 403 }, times: 9 });
      expect(await refusedWith()).toMatch(/\(cannot-sign\): .*roles\/iam\.serviceAccountTokenCreator/);
    });

    it('waits for what passes', async () => {
      gcs.server.faults.failNext({ operation: 'objects.insert', fault: { status: 503 } });
      gcs.server.faults.failNext({ operation: 'objects.list', fault: { status: 429 } });
      await open();
      expect(gcs.server.faults.pending).toBe(0);
    });

    it.each([
      [429, /\(rate-limited\)/],
      [503, /\(failing\)/],
    ])('does not blame the configuration for %i', async (status, words) => {
      gcs.server.faults.failNext({ operation: 'objects.insert', fault: { status }, times: 9 });
      const error = await failure();
      expect(error).toBeInstanceOf(StorageStartError);
      expect(String(error)).toMatch(words);
      expect(String(error)).not.toMatch(/not valid/);
    });

    it('says that nobody answers', async () => {
      const storage = new Storage({ apiEndpoint: 'http://127.0.0.1:1', projectId: 'local-project' });
      const error = await failure(BUCKET, storage);
      expect(error).toBeInstanceOf(StorageStartError);
      expect(String(error)).toMatch(/\(unreachable\): Cloud Storage cannot be reached/);
    });
  });

  describe('and pages that upload', () => {
    const cors = () => new BucketCors(new GcsClient(keyless(), BUCKET)).fault();
    const responseHeader = ['content-type', 'X-Goog-Content-Length-Range', 'x-goog-if-generation-match'];
    const rule = { origin: ['https://photos.test'], method: ['PUT'], responseHeader };

    it.each([
      [[]],
      [[{ ...rule, method: ['GET'] }]],
      [[{ ...rule, origin: [] }]],
      [[{ ...rule, responseHeader: ['Content-Type'] }]],
    ])('are missed in %j', async (rules) => {
      await gcs.server.setBucket(BUCKET, { cors: rules });
      const fault = await cors();
      expect(fault).toMatch(/No page can upload to gs:\/\/test-bucket/);
      const [json = ''] = /\[\{.*\}\]/.exec(fault ?? '') ?? [];
      // What it says to do is enough.
      await gcs.server.setBucket(BUCKET, { cors: JSON.parse(json) });
      expect(await cors()).toBeNull();
    });

    it.each([
      [[rule]],
      [
        [
          { origin: ['*'], method: ['GET'] },
          { ...rule, method: ['*'] },
        ],
      ],
    ])('are seen in %j', async (rules) => {
      await gcs.server.setBucket(BUCKET, { cors: rules });
      expect(await cors()).toBeNull();
    });

    it('cannot be seen by who may not look', async () => {
      gcs.server.faults.failNext({ operation: 'buckets.get', fault: { status: 403 } });
      expect(await cors()).toMatch(/could not be seen .* roles\/storage\.bucketViewer/);
    });
  });

  describe('and its URLs', () => {
    const signer = () => new UrlSigner(keyless(), BUCKET, { signingEndpoint: signingEndpoint() });
    const as = { contentType: 'image/jpeg', disposition: 'attachment; filename="a b.jpg"' };

    it('lets read, for an hour at most, as is said', async () => {
      const { store } = await open();
      await store.put('photos/u/p', Buffer.from('bytes'), 'text/html');
      const { url, sameForSeconds } = await signer().signRead('photos/u/p', as);
      const answer = await fetch(url, { headers: { range: 'bytes=1-2' } });
      expect([answer.status, await answer.text()]).toEqual([206, 'yt']);
      expect(answer.headers.get('content-type')).toBe('image/jpeg');
      expect(answer.headers.get('content-disposition')).toBe(as.disposition);
      expect(answer.headers.get('cache-control')).toBe('private, max-age=3600');
      const { searchParams } = new URL(url);
      expect(Number(searchParams.get('X-Goog-Expires'))).toBe(3600);
      expect(sameForSeconds).toBeLessThanOrEqual(1800);
      expect((await fetch(url.replace('/photos/u/p?', '/photos/u/q?'))).status).toBe(403);
      expect(await refusal(await fetch(url, { method: 'DELETE' }))).toEqual([403, 'SignatureDoesNotMatch']);
    });

    it('is the same for every reader, from every process, and asks IAM once', async () => {
      const one = signer();
      gcs.server.requests.clear();
      const urls = await Promise.all(Array.from({ length: 5 }, () => one.signRead('photos/u/p', as)));
      expect(gcs.server.requests.of('iam.signBlob')).toHaveLength(1);
      urls.push(await signer().signRead('photos/u/p', as));
      expect(new Set(urls.map(({ url }) => url)).size).toBe(1);
    });

    it('forgets a signature that failed', async () => {
      const one = signer();
      gcs.server.faults.failNext({ operation: 'iam.signBlob', fault: { status: 403 }, times: 1 });
      await expect(one.signRead('photos/u/p', as)).rejects.toMatchObject({ fault: 'cannot-sign' });
      expect((await one.signRead('photos/u/p', as)).url).toMatch(/^http/);
    });
  });
});
