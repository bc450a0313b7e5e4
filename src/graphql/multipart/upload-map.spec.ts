import Upload from 'graphql-upload/Upload.mjs';
import { endsSoon } from '../../../test/support/ends-soon.ts';
import { placeUploads } from './upload-map.ts';

function place(variables: unknown, map: unknown, maxFiles = 20) {
  const operations: { variables: unknown } = JSON.parse(JSON.stringify({ query: '', variables }));
  const uploads = placeUploads(operations, map, maxFiles);
  return { operations, uploads };
}

const paths = (count: number) => Array.from({ length: count }, (_, index) => `variables.files.${index}`);
const map = (count: number) => Object.fromEntries(paths(count).map((path, part) => [part, [path]]));

describe('placeUploads', () => {
  it('fills the nulls that the map names', () => {
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

  it('makes what is missing on the way', () => {
    const { operations, uploads } = place(undefined, { 0: ['variables.files.0'], 1: ['variables.files.1'] });
    expect(operations.variables).toEqual({ files: [uploads.get('0'), uploads.get('1')] });
  });

  it.each([
    ['leaves the variables', 'query'],
    ['is the variables', 'variables'],
    ['begins elsewhere', 'extensions.file'],
    ['is empty', ''],
    ['goes through a string', 'variables.text.length.x'],
    ['replaces a value', 'variables.text'],
    ['makes a hole in a list', 'variables.files.2'],
    ['makes a list of four billion', 'variables.files.4000000000'],
    ['sets the length of a list', 'variables.files.length'],
    ['sets a prototype', 'variables.__proto__'],
    ['goes through a prototype', 'variables.__proto__.polluted'],
    ['has an index that is none', 'variables.files.01'],
    ['is deep', `variables${'.a'.repeat(8)}`],
    ['is long', `variables.${'a'.repeat(300)}`],
  ])('refuses a path that %s', (_, path) => {
    const refused = () => place({ text: 'value', files: [null] }, { 0: [path] });
    expect(refused).toThrow('The multipart field `map` names');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('takes __proto__ for no way to anything', () => {
    const variables: unknown = JSON.parse('{"__proto__": {"file": null}}');
    const { operations } = place(variables, { 0: ['variables.__proto__.file'] });
    expect(Object.getPrototypeOf(operations.variables)).toBe(Object.prototype);
  });

  it('refuses two files in one place', () => {
    expect(() => place({ file: null }, { 0: ['variables.file'], 1: ['variables.file'] })).toThrow('names');
    expect(() => place({ file: null }, { 0: ['variables.file', 'variables.file.promise'] })).toThrow('names');
  });

  it.each([[null], ['text'], [[]], [{ 0: 'variables.file' }], [{ 0: [1] }]])('refuses the map %j', (map) => {
    expect(() => place({ file: null }, map)).toThrow('multipart field `map`');
  });

  it('refuses more files than are allowed, and more places', () => {
    expect(place({}, map(20)).uploads.size).toBe(20);
    expect(() => place({}, map(21))).toThrow('at most 20 files');
    expect(() => place({}, { 0: paths(21) })).toThrow('at most 20 files');
    expect(() => place({}, Object.fromEntries(paths(21).map((part) => [part, []])))).toThrow(
      'at most 20 files',
    );
  });

  it('goes along a path that takes a recursion minutes and more memory than there is', () => {
    const long = { 0: [`variables${'.'.repeat(400_000)}`] };
    expect(() => endsSoon(() => place({}, long))).toThrow('names');
  });
});
