import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../config/config.ts';
import { documentIdOf, documentMap } from '../testing/documents.ts';
import { TrustedDocuments } from './trusted-documents.ts';

const HALF = 'query Half { half }';
const OTHER = 'query Other { half }';
const INPUT = { extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }) };

describe('TrustedDocuments', () => {
  const documents = new TrustedDocuments(documentMap(HALF), false);

  it('finds a document by its identifier', () => {
    expect(documents.resolve(documentIdOf(HALF), '')).toBe(HALF);
    expect(documents.has(HALF)).toBe(true);
    expect(documents.has(OTHER)).toBe(false);
  });

  it('passes other documents and empty queries through', () => {
    expect(documents.resolve(undefined, OTHER)).toBe(OTHER);
    expect(documents.resolve(null, '')).toBe('');
  });

  it('throws an error with a reason for an unknown identifier', () => {
    expect(() => documents.resolve(documentIdOf(OTHER), '')).toThrow(
      expect.objectContaining({ ...INPUT, details: { reason: 'UNKNOWN_DOCUMENT' } }),
    );
  });

  it.each([
    '',
    'half',
    documentIdOf(HALF).slice(7),
    documentIdOf(HALF).toUpperCase(),
    `${documentIdOf(HALF)}0`,
    `md5:${'0'.repeat(64)}`,
    '__proto__',
    7,
    ['sha256:'],
    {},
  ])('rejects the malformed identifier %j', (id) => {
    expect(() => documents.resolve(id, '')).toThrow(
      expect.objectContaining({ ...INPUT, message: expect.stringContaining('64 hexadecimal digits') }),
    );
  });

  it('rejects a request that contains both an identifier and a query', () => {
    expect(() => documents.resolve(documentIdOf(HALF), HALF)).toThrow(expect.objectContaining(INPUT));
  });
});

describe('TrustedDocuments, if only trusted documents are allowed,', () => {
  const documents = new TrustedDocuments(documentMap(HALF), true);

  it('accepts a document by its identifier and by its exact text', () => {
    expect(documents.resolve(documentIdOf(HALF), '')).toBe(HALF);
    expect(documents.resolve(null, HALF)).toBe(HALF);
  });

  it.each([OTHER, `${HALF} `, `# harmless\n${HALF}`, '{ __schema { types { name } } }'])(
    'rejects another document: %j',
    (text) => {
      expect(() => documents.resolve(undefined, text)).toThrow(
        expect.objectContaining({
          message: expect.stringContaining('`documentId`'),
          extensions: expect.objectContaining({ code: 'FORBIDDEN' }),
        }),
      );
    },
  );

  it('requires at least one document', () => {
    expect(() => new TrustedDocuments({}, true)).toThrow(ConfigError);
    expect(() => new TrustedDocuments({}, true)).toThrow('npm run build');
  });
});

describe('the file of trusted documents', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'documents-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function read(content: string, only = false): Promise<TrustedDocuments> {
    const path = join(folder, 'documents.json');
    await writeFile(path, content);
    return TrustedDocuments.read(path, only);
  }

  it('is read', async () => {
    expect((await read(JSON.stringify(documentMap(HALF, OTHER)))).resolve(documentIdOf(OTHER), '')).toBe(
      OTHER,
    );
  });

  it('may contain hashes without the prefix sha256:', async () => {
    const documents = await read(JSON.stringify({ [documentIdOf(HALF).slice(7)]: HALF }));
    expect(documents.resolve(documentIdOf(HALF), '')).toBe(HALF);
  });

  it('may be missing unless only trusted documents are allowed', async () => {
    const missing = join(folder, 'nothing-here.json');
    expect((await TrustedDocuments.read(missing, false)).has(HALF)).toBe(false);
    await expect(TrustedDocuments.read(missing, true)).rejects.toThrow(ConfigError);
  });

  it('is rejected if it is damaged', async () => {
    await expect(read(JSON.stringify({ [documentIdOf(HALF)]: OTHER }))).rejects.toThrow('damaged');
    await expect(read('{"a": 1}')).rejects.toThrow();
    await expect(read('{')).rejects.toThrow();
  });
});
