import { FIELDS, MAP, MultipartClient, OPERATIONS, UPLOAD, form, raw } from '../testing/multipart-client.ts';
import { type TestServer, startTestServer } from '../testing/server.ts';

const MAX_FILE_BYTES = 100_000;
const REQUEST_ID = expect.stringMatching(/^[\w-]{36}$/);

let server: TestServer;
let client: MultipartClient;

beforeAll(async () => {
  server = await startTestServer({ config: { maxFileBytes: MAX_FILE_BYTES } });
  client = new MultipartClient(server.url);
});
afterAll(() => server.close());
afterEach(async () => {
  const files = await server.stagedFiles();
  if (files.length > 0) throw new Error(`Staged files were not removed: ${files.join()}`);
  const errors = server.logged().filter(({ level, message }) => level === 'error' && message !== 'request');
  if (errors.length > 0) throw new Error(`Logged: ${JSON.stringify(errors)}`);
});

describe('a multipart request', () => {
  it('delivers complete files in their order', async () => {
    expect(await client.post(form([1, MAX_FILE_BYTES, 0]))).toMatchObject({
      status: 200,
      upload: [
        { filename: 'photo-0.jpg', mimetype: 'image/jpeg', sizeBytes: 1, error: null },
        { filename: 'photo-1.jpg', sizeBytes: MAX_FILE_BYTES },
        { filename: 'photo-2.jpg', sizeBytes: 0 },
      ],
    });
  });

  it('decodes file names as UTF-8', async () => {
    const body = raw([...FIELDS, ['0', 'x', 'Übersicht 写真.jpg']]);
    expect(await client.send(body)).toMatchObject({
      upload: [{ filename: 'Übersicht 写真.jpg', sizeBytes: 1 }],
    });
  });

  it('fails only the file that is too large', async () => {
    expect(await client.post(form([10, MAX_FILE_BYTES + 1, 20]))).toMatchObject({
      status: 200,
      upload: [
        { sizeBytes: 10, error: null },
        { sizeBytes: null, error: 'too large' },
        { sizeBytes: 20, error: null },
      ],
    });
  });

  it('may contain files that the resolver does not read or that `map` does not name', async () => {
    const unread = JSON.stringify({ query: UPLOAD, variables: { files: [null, null], unread: true } });
    expect(await client.post(form([90_000, 90_000], { operations: unread }))).toMatchObject({ status: 200 });
    expect(await client.post(form([1, 90_000], { operations: OPERATIONS, map: MAP }))).toMatchObject({
      status: 200,
      upload: [{ sizeBytes: 1 }],
    });
  });

  it('with an invalid operation gets a response and leaves no staged files', async () => {
    const invalid = JSON.stringify({
      query: 'mutation ($f: [Upload!]!) { nope(files: $f) }',
      variables: { f: [null] },
    });
    const refused = await client.post(
      form([90_000], { operations: invalid, map: '{"0": ["variables.f.0"]}' }),
    );
    expect(refused).toMatchObject({ status: 400, code: 'GRAPHQL_VALIDATION_FAILED', requestId: REQUEST_ID });
  });

  it('has at most 20 files', async () => {
    const twenty = Array.from({ length: 20 }, () => 10);
    expect((await client.post(form(twenty))).upload).toHaveLength(20);
    expect(await client.post(form([...twenty, 10]))).toMatchObject({
      status: 400,
      code: 'BAD_USER_INPUT',
      message: 'A request may have at most 20 files. Send the other files in separate requests.',
    });
    expect(await client.post(form([...twenty, 10], { map: MAP }))).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('may contain only one operation', async () => {
    const batch = JSON.stringify([{ query: UPLOAD, variables: { files: [null] } }]);
    expect(
      await client.post(form([1], { operations: batch, map: '{"0": ["0.variables.files.0"]}' })),
    ).toMatchObject({
      status: 400,
      code: 'BAD_USER_INPUT',
    });
  });

  it.each<[string, string, RegExp]>([
    ['no parts', raw([]), /`operations` is missing|malformed/],
    ['no map', raw([['operations', OPERATIONS]]), /`map` is missing/],
    [
      'the map first',
      raw([
        ['map', MAP],
        ['operations', OPERATIONS],
      ]),
      /`operations` must come before `map`/,
    ],
    [
      'a file first',
      raw([
        ['0', 'x', 'a.jpg'],
        ['operations', OPERATIONS],
        ['map', MAP],
      ]),
      /must come before the files/,
    ],
    [
      'operations that are not JSON',
      raw([
        ['operations', '{'],
        ['map', MAP],
      ]),
      /`operations` must be JSON/,
    ],
    [
      'operations that are a string',
      raw([
        ['operations', '"x"'],
        ['map', MAP],
      ]),
      /one JSON object/,
    ],
    [
      'a map that is not JSON',
      raw([
        ['operations', OPERATIONS],
        ['map', '{'],
      ]),
      /`map` must be JSON/,
    ],
    [
      'a map that is a list',
      raw([
        ['operations', OPERATIONS],
        ['map', '[]'],
      ]),
      /`map` must be a JSON object/,
    ],
    [
      'a field that is too large',
      raw([['operations', `${OPERATIONS}${' '.repeat(1024 ** 2)}`]]),
      /`operations` must not exceed 1048576 bytes/,
    ],
    ['a file missing', raw(FIELDS), /no file "0"/],
    ['malformed part headers', '--x\r\nContent-Disposition\r\n\r\n--x--\r\n', /malformed|missing/],
  ])('with %s is rejected with a message that states the reason', async (_, body, message) => {
    expect(await client.send(body)).toMatchObject({
      status: 400,
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(message),
      requestId: REQUEST_ID,
    });
  });

  it('that ends in the middle of a file fails that file', async () => {
    const { status, upload } = await client.send(raw([...FIELDS, ['0', 'x', 'a.jpg']], ''));
    expect(status).toBe(200);
    expect(upload?.[0]?.error).toContain('Unexpected end of form');
  });

  it('without a boundary is rejected', async () => {
    expect(await client.send('x', { 'Content-Type': 'multipart/form-data' })).toMatchObject({
      status: 400,
      message: 'The Content-Type header must be multipart/form-data with a boundary.',
    });
  });
});
