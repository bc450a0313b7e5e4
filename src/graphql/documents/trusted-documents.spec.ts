import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../config/config.ts';
import { mapped, named } from '../testing/documents.ts';
import { TrustedDocuments } from './trusted-documents.ts';

const HALF = 'query Half { half }';
const OTHER = 'query Other { half }';
const INPUT = { extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }) };

describe('a document', () => {
  const documents = new TrustedDocuments(mapped(HALF), false);

  it('is found by its name', () => {
    expect(documents.resolve(named(HALF), '')).toBe(HALF);
    expect(documents.has(HALF)).toBe(true);
    expect(documents.has(OTHER)).toBe(false);
  });

  it('may be another, or none', () => {
    expect(documents.resolve(undefined, OTHER)).toBe(OTHER);
    expect(documents.resolve(null, '')).toBe('');
  });

  it('that nobody knows is refused in a way that a program can tell', () => {
    expect(() => documents.resolve(named(OTHER), '')).toThrow(
      expect.objectContaining({ ...INPUT, details: { reason: 'UNKNOWN_DOCUMENT' } }),
    );
  });

  it.each([
    '',
    'half',
    named(HALF).slice(7),
    named(HALF).toUpperCase(),
    `${named(HALF)}0`,
    `md5:${'0'.repeat(64)}`,
    '__proto__',
    7,
    ['sha256:'],
    {},
  ])('has no such name as %j', (name) => {
    expect(() => documents.resolve(name, '')).toThrow(
      expect.objectContaining({ ...INPUT, message: expect.stringContaining('64 hex digits') }),
    );
  });

  it('is not asked for twice over', () => {
    expect(() => documents.resolve(named(HALF), HALF)).toThrow(expect.objectContaining(INPUT));
  });
});

describe('where only trusted documents are run', () => {
  const documents = new TrustedDocuments(mapped(HALF), true);

  it('a document is taken by its name, and by its very text', () => {
    expect(documents.resolve(named(HALF), '')).toBe(HALF);
    expect(documents.resolve(null, HALF)).toBe(HALF);
  });

  it.each([OTHER, `${HALF} `, `# harmless\n${HALF}`, '{ __schema { types { name } } }'])(
    'another is refused: %j',
    (text) => {
      expect(() => documents.resolve(undefined, text)).toThrow(
        expect.objectContaining({
          message: expect.stringContaining('`documentId`'),
          extensions: expect.objectContaining({ code: 'FORBIDDEN' }),
        }),
      );
    },
  );

  it('there has to be one', () => {
    expect(() => new TrustedDocuments({}, true)).toThrow(ConfigError);
    expect(() => new TrustedDocuments({}, true)).toThrow('npm run build');
  });
});

describe('the file of a build', () => {
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
    expect((await read(JSON.stringify(mapped(HALF, OTHER)))).resolve(named(OTHER), '')).toBe(OTHER);
  });

  it('may leave out that the hashes are SHA-256', async () => {
    const documents = await read(JSON.stringify({ [named(HALF).slice(7)]: HALF }));
    expect(documents.resolve(named(HALF), '')).toBe(HALF);
  });

  it('may be missing, unless no other documents are run', async () => {
    const missing = join(folder, 'nothing-here.json');
    expect((await TrustedDocuments.read(missing, false)).has(HALF)).toBe(false);
    await expect(TrustedDocuments.read(missing, true)).rejects.toThrow(ConfigError);
  });

  it('is refused where it is damaged', async () => {
    await expect(read(JSON.stringify({ [named(HALF)]: OTHER }))).rejects.toThrow('damaged');
    await expect(read('{"a": 1}')).rejects.toThrow();
    await expect(read('{')).rejects.toThrow();
  });
});
