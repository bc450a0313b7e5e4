import { BUCKET, LocalGcs } from './local-gcs.ts';

describe('the JSON API', () => {
  let gcs: LocalGcs;
  beforeAll(async () => void (gcs = await LocalGcs.start()));
  afterAll(() => gcs.close());

  const save = (name: string, content = name, bucket = BUCKET) =>
    gcs.storage.bucket(bucket).file(name).save(content, { resumable: false });
  const read = async (name: string) => (await gcs.bucket.file(name).download())[0].toString();

  describe('a listing', () => {
    const names = ['a', 'a/1', 'a/2', 'a/b/3', 'b', 'b/4', 'c', 'ä', '\uffff', '😀'];
    beforeAll(async () => {
      await gcs.server.setBucket('list-bucket');
      for (const name of names.toReversed()) await save(name, name, 'list-bucket');
    });
    const list = async (options: object) => {
      const [files] = await gcs.storage.bucket('list-bucket').getFiles(options);
      return files.map((file) => file.name);
    };

    it('is in the order of UTF-8 bytes', async () => {
      expect(await list({})).toEqual(names);
    });

    it('contains the objects with a prefix', async () => {
      expect(await list({ prefix: 'a/' })).toEqual(['a/1', 'a/2', 'a/b/3']);
      expect(await list({ prefix: 'nothing' })).toEqual([]);
    });

    it('combines names with the same delimited prefix', async () => {
      const options = { delimiter: '/', autoPaginate: false };
      const [files, , response] = await gcs.storage.bucket('list-bucket').getFiles(options);
      expect(files.map((file) => file.name)).toEqual(['a', 'b', 'c', 'ä', '\uffff', '😀']);
      expect(response).toMatchObject({ prefixes: ['a/', 'b/'] });
      const [inner, , below] = await gcs.storage.bucket('list-bucket').getFiles({ ...options, prefix: 'a/' });
      expect(inner.map((file) => file.name)).toEqual(['a/1', 'a/2']);
      expect(below).toMatchObject({ prefixes: ['a/b/'] });
    });

    it('starts at the start offset, included, and ends at the end offset, excluded', async () => {
      expect(await list({ startOffset: 'a/2', endOffset: 'b/4' })).toEqual(['a/2', 'a/b/3', 'b']);
    });

    it.each([1, 2, 3, 7, 10, 1000])('returns every name once in pages of %i', async (maxResults) => {
      const pages: string[][] = [];
      let query: object | null = { maxResults, autoPaginate: false };
      while (query) {
        const [files, next] = await gcs.storage.bucket('list-bucket').getFiles(query);
        pages.push(files.map((file) => file.name));
        query = next as object | null;
      }
      expect(pages.flat()).toEqual(names);
      expect(pages).toHaveLength(Math.ceil(names.length / maxResults));
    });

    it.each([1, 2, 3])('returns each prefix once in pages of %i', async (maxResults) => {
      const entries: string[] = [];
      let query: object | null = { delimiter: '/', maxResults, autoPaginate: false };
      while (query) {
        const [files, next, response] = await gcs.storage.bucket('list-bucket').getFiles(query);
        entries.push(
          ...files.map((file) => file.name),
          ...((response as { prefixes?: string[] }).prefixes ?? []),
        );
        query = next as object | null;
      }
      expect(entries.toSorted()).toEqual(['a', 'a/', 'b', 'b/', 'c', 'ä', '\uffff', '😀'].toSorted());
    });

    it('continues after an object that was deleted in the meantime', async () => {
      const bucket = gcs.storage.bucket('list-bucket');
      const [, next] = await bucket.getFiles({ maxResults: 2, autoPaginate: false });
      await bucket.file('a/1').delete();
      const [files] = await bucket.getFiles({ ...(next as object), autoPaginate: false });
      expect(files.map((file) => file.name)).toEqual(['a/2', 'a/b/3']);
      await save('a/1', 'a/1', 'list-bucket');
    });

    it('rejects a made-up page token', async () => {
      const listed = gcs.storage.bucket('list-bucket').getFiles({ pageToken: 'made-up' });
      await expect(listed).rejects.toMatchObject({ code: 400, errors: [{ reason: 'invalid' }] });
    });
  });

  it('changes the metadata but not the bytes of an object', async () => {
    await save('metadata');
    const file = gcs.bucket.file('metadata');
    await file.setMetadata({
      contentType: 'image/webp',
      cacheControl: 'private',
      metadata: { a: '1', b: '2' },
    });
    await file.setMetadata({ cacheControl: null as unknown as string, metadata: { a: null, c: '3' } });
    const [resource] = await file.getMetadata();
    expect(resource).toMatchObject({
      contentType: 'image/webp',
      metadata: { b: '2', c: '3' },
      metageneration: '3',
    });
    expect(resource.metadata).not.toHaveProperty('a');
    expect(resource).not.toHaveProperty('cacheControl');
    expect(await read('metadata')).toBe('metadata');
    const late = file.setMetadata({ cacheControl: 'no-store' }, { ifMetagenerationMatch: 1 });
    await expect(late).rejects.toMatchObject({ code: 412 });
  });

  it('rejects metadata that cannot be sent in headers', async () => {
    await save('headers');
    for (const wrong of [{ cacheControl: 'a\r\nb: c' }, { metadata: { a: 'x\ny' } }])
      await expect(gcs.bucket.file('headers').setMetadata(wrong)).rejects.toMatchObject({ code: 400 });
    await gcs.bucket.file('headers').setMetadata({ contentDisposition: 'inline; filename="日本.jpg"' });
    expect(await read('headers')).toBe('headers');
  });

  it('copies bytes and metadata', async () => {
    await gcs.bucket
      .file('source')
      .save('copied', { resumable: false, metadata: { contentType: 'image/gif', metadata: { a: '1' } } });
    await gcs.bucket.file('source').copy(gcs.bucket.file('folder/copy of it'));
    const [resource] = await gcs.bucket.file('folder/copy of it').getMetadata();
    expect(resource).toMatchObject({ contentType: 'image/gif', metadata: { a: '1' }, size: '6' });
    expect(await read('folder/copy of it')).toBe('copied');
    const again = gcs.bucket
      .file('source')
      .copy('folder/copy of it', { preconditionOpts: { ifGenerationMatch: 0 } });
    await expect(again).rejects.toMatchObject({ code: 412, errors: [{ reason: 'conditionNotMet' }] });
    await expect(gcs.bucket.file('missing').copy('x')).rejects.toMatchObject({ code: 404 });
  });

  it('moves objects', async () => {
    await save('before');
    await gcs.bucket.file('before').move('after');
    expect(await read('after')).toBe('before');
    expect(await gcs.bucket.file('before').exists()).toEqual([false]);
  });

  it('composes objects', async () => {
    await save('part-1', 'one ');
    await save('part-2', 'two');
    await gcs.bucket.combine(['part-1', 'part-2'], 'composed');
    expect(await read('composed')).toBe('one two');
    const [resource] = await gcs.bucket.file('composed').getMetadata();
    expect(resource).toMatchObject({ componentCount: 2, size: '7' });
    expect(resource).not.toHaveProperty('md5Hash');
  });

  it('deletes an object once, and checks preconditions', async () => {
    await save('doomed');
    const file = gcs.bucket.file('doomed');
    await expect(file.delete({ ifGenerationMatch: 1 })).rejects.toMatchObject({ code: 412 });
    expect(await file.exists()).toEqual([true]);
    await file.delete();
    await expect(file.delete()).rejects.toMatchObject({ code: 404, errors: [{ reason: 'notFound' }] });
    await file.delete({ ignoreNotFound: true });
    expect(await file.exists()).toEqual([false]);
  });

  it('creates, finds, changes and deletes buckets', async () => {
    const [bucket] = await gcs.storage.createBucket('another-bucket');
    await bucket.setCorsConfiguration([{ origin: ['https://x.test'], method: ['PUT'], maxAgeSeconds: 60 }]);
    expect((await bucket.getMetadata())[0]).toMatchObject({
      metageneration: '2',
      cors: [{ origin: ['https://x.test'], method: ['PUT'], maxAgeSeconds: 60 }],
    });
    expect((await gcs.storage.getBuckets())[0].map(({ name }) => name)).toContain('another-bucket');
    expect(await bucket.iam.testPermissions(['storage.objects.get'])).toMatchObject({
      0: { 'storage.objects.get': true },
    });
    await expect(gcs.storage.createBucket('another-bucket')).rejects.toMatchObject({ code: 409 });
    await expect(gcs.storage.createBucket('No Bucket')).rejects.toMatchObject({ code: 400 });
    await save('x', 'x', 'another-bucket');
    await expect(bucket.delete()).rejects.toMatchObject({ code: 409, errors: [{ reason: 'conflict' }] });
    await bucket.file('x').delete();
    await bucket.delete();
    expect(await bucket.exists()).toEqual([false]);
    await expect(bucket.getMetadata()).rejects.toMatchObject({ code: 404 });
    await expect(bucket.getFiles()).rejects.toMatchObject({ code: 404 });
  });

  it('is available under the URLs that clients use with STORAGE_EMULATOR_HOST', async () => {
    await save('by-emulator');
    process.env.STORAGE_EMULATOR_HOST = gcs.server.url;
    try {
      const file = gcs.client({ apiEndpoint: undefined }).bucket(BUCKET).file('by-emulator');
      expect((await file.getMetadata())[0].size).toBe('11');
      expect((await file.download())[0].toString()).toBe('by-emulator');
    } finally {
      delete process.env.STORAGE_EMULATOR_HOST;
    }
  });

  it('responds to unknown URLs with status 404', async () => {
    for (const path of ['/', '/storage/v1/nothing', '/storage/v1/b/x/o/y/z', '/%ff', '/computeMetadata/v2'])
      expect((await fetch(gcs.server.url + path)).status).toBe(404);
  });
});
