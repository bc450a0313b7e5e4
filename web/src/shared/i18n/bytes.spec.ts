import { writeBytes } from './bytes.ts';

const NBSP = '\u00A0';

it.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [1023, '1,023 bytes'],
  [1024, `1${NBSP}KiB`],
  [1536, `1.5${NBSP}KiB`],
  [9.96 * 1024, `10${NBSP}KiB`],
  [1023.6 * 1024, `1${NBSP}MiB`],
  [100 * 1024 ** 2, `100${NBSP}MiB`],
  [15 * 1024 ** 3, `15${NBSP}GiB`],
  [5000 * 1024 ** 4, `5,000${NBSP}TiB`],
])('writes %d bytes as %s', (value, written) => expect(writeBytes('en', value)).toBe(written));

it('writes bytes in Japanese', () => {
  expect(writeBytes('ja', 100 * 1024 ** 2)).toBe(`100${NBSP}MiB`);
  expect(writeBytes('ja', 12)).toBe('12 バイト');
});
