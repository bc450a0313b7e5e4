import { plainJson } from './plain-json.ts';

it('preserves text, numbers, booleans, lists and groups', () => {
  const tags = { Make: 'Example', iso: 100, flash: false, sizes: [1, 2.5], dc: { subject: ['a', 'b'] } };
  expect(plainJson(tags)).toEqual(tags);
});

it('writes dates as ISO 8601', () => {
  expect(
    plainJson({
      exif: '2024:05:01 09:30:00',
      precise: '2024:05:01 09:30:00.25',
      day: '2024:05:01',
      date: new Date(0),
    }),
  ).toEqual({
    exif: '2024-05-01T09:30:00',
    precise: '2024-05-01T09:30:00.25',
    day: '2024:05:01',
    date: '1970-01-01T00:00:00.000Z',
  });
});

it('omits empty values and values without a JSON representation', () => {
  const tags = {
    a: Number.NaN,
    b: Infinity,
    c: undefined,
    d: null,
    e: () => 1,
    f: Symbol('f'),
    g: new Date(Number.NaN),
    h: {},
    i: [],
    j: '',
    k: { l: { m: [undefined] } },
    n: 10n,
  };
  expect(plainJson(tags)).toEqual({});
});

it('omits binary data and long tables', () => {
  expect(
    plainJson({
      thumbnail: Buffer.alloc(9),
      numbers: new Uint16Array(4),
      view: new DataView(new ArrayBuffer(2)),
      offsets: Array.from({ length: 17 }, (_, n) => n),
      few: [1, 2, 3],
    }),
  ).toEqual({ few: [1, 2, 3] });
});

it('returns text that every database accepts', () => {
  const { text, pair, key } = plainJson({
    text: ' a\0b\x07c\nd\u009f ',
    pair: 'x\ud83d y\udc00',
    key: { 'na\0me': 'v' },
  });
  expect(text).toBe('abc\nd');
  expect(pair).toBe('x\ufffd y\ufffd');
  expect(key).toEqual({ name: 'v' });
});

it('truncates long text without leaving half a character', () => {
  const { long } = plainJson({ long: `${'x'.repeat(1999)}😀` });
  expect(long).toBe(`${'x'.repeat(1999)}\ufffd`);
});

it('limits the size of the JSON for any input', () => {
  const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`tag ${n}`, '€'.repeat(3000)]));
  let deep: Record<string, unknown> = { end: true };
  for (let n = 0; n < 100; n += 1) deep = { deep };
  const list = Array.from({ length: 100_000 }, () => 'item');
  const json = JSON.stringify(plainJson({ list, deep, wide }));
  expect(Buffer.byteLength(json)).toBeLessThanOrEqual(64 * 1024);
  expect(Buffer.byteLength(json)).toBeGreaterThan(50 * 1024);
  expect(json).not.toContain('end');
});

it('does not set a prototype from a name', () => {
  const tags: Record<string, unknown> = JSON.parse('{"__proto__":{"isAdmin":true},"Make":"Example"}');
  const json = plainJson(tags);
  expect(Object.keys(json)).toEqual(['Make']);
  expect(json['isAdmin']).toBeUndefined();
});
