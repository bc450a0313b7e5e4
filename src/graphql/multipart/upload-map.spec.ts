import Upload from 'graphql-upload/Upload.mjs';
import { withTimeLimit } from '../../../test/support/time-limit.ts';
import { placeUploads } from './upload-map.ts';

function place(variables: unknown, map: unknown, maxFiles = 20) {
  const operations: { variables: unknown } = JSON.parse(JSON.stringify({ query: '', variables }));
  const uploads = placeUploads(operations, map, maxFiles);
  return { operations, uploads };
}

const paths = (count: number) => Array.from({ length: count }, (_, index) => `variables.files.${index}`);
const map = (count: number) => Object.fromEntries(paths(count).map((path, part) => [part, [path]]));

describe('placeUploads', () => {
  it('replaces the nulls that the map names', () => {
    const { operations, uploads } = place(
      { cover: null, files: [null, null], input: { deep: [{ file: null }] } },
      {
        a: ['variables.files.1'],
        b: ['variables.files.0', 'variables.cover'],
        c: ['variables.input.deep.0.file'],
      },
    );
    const [a, b, c] = ['a', 'b', 'c'].map((part) => uploads.get(part));
    expect(operations.variables).toEqual({ cover: b, files: [b, a], input: { deep: [{ file: c }] } });
    expect(new Set([a, b, c]).size).toBe(3);
    expect(a).toBeInstanceOf(Upload);
  });

  it('creates missing objects and lists along a path', () => {
    const { operations, uploads } = place(undefined, { 0: ['variables.files.0'], 1: ['variables.files.1'] });
    expect(operations.variables).toEqual({ files: [uploads.get('0'), uploads.get('1')] });
  });

  it.each([
    ['leads out of the variables', 'query'],
    ['names the variables themselves', 'variables'],
    ['does not start with variables', 'extensions.file'],
    ['is empty', ''],
    ['goes through a string', 'variables.text.length.x'],
    ['replaces a value', 'variables.text'],
    ['would leave a gap in a list', 'variables.files.2'],
    ['would create a list of four billion entries', 'variables.files.4000000000'],
    ['sets the length of a list', 'variables.files.length'],
    ['sets a prototype', 'variables.__proto__'],
    ['goes through a prototype', 'variables.__proto__.polluted'],
    ['has a malformed index', 'variables.files.01'],
    ['is too deep', `variables${'.a'.repeat(8)}`],
    ['is too long', `variables.${'a'.repeat(300)}`],
  ])('rejects a path that %s', (_, path) => {
    const placeFile = () => place({ text: 'value', files: [null] }, { 0: [path] });
    expect(placeFile).toThrow('The multipart field `map` names');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('does not replace the prototype through a __proto__ key', () => {
    const variables: unknown = JSON.parse('{"__proto__": {"file": null}}');
    const { operations } = place(variables, { 0: ['variables.__proto__.file'] });
    expect(Object.getPrototypeOf(operations.variables)).toBe(Object.prototype);
  });

  it('rejects two files for the same position', () => {
    expect(() => place({ file: null }, { 0: ['variables.file'], 1: ['variables.file'] })).toThrow('names');
    expect(() => place({ file: null }, { 0: ['variables.file', 'variables.file.promise'] })).toThrow('names');
  });

  it.each([[null], ['text'], [[]], [{ 0: 'variables.file' }], [{ 0: [1] }]])('rejects the map %j', (map) => {
    expect(() => place({ file: null }, map)).toThrow('multipart field `map`');
  });

  it('rejects more files or positions than allowed', () => {
    expect(place({}, map(20)).uploads.size).toBe(20);
    expect(() => place({}, map(21))).toThrow('at most 20 files');
    expect(() => place({}, { 0: paths(21) })).toThrow('at most 20 files');
    expect(() => place({}, Object.fromEntries(paths(21).map((part) => [part, []])))).toThrow(
      'at most 20 files',
    );
  });

  it('rejects quickly a path for which a recursive implementation takes minutes and runs out of memory', () => {
    const long = { 0: [`variables${'.'.repeat(400_000)}`] };
    expect(() => withTimeLimit(() => place({}, long))).toThrow('names');
  });
});
