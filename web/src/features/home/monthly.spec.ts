import { everyMonth, monthAddress } from './monthly.ts';

const month = (name: string, photos = 1) => ({ month: name, photos, bytes: photos * 10 });

it('fills the gaps between months with empty months, oldest first', () => {
  expect(everyMonth([month('2024-02', 3), month('2023-11', 2)])).toEqual([
    month('2023-11', 2),
    month('2023-12', 0),
    month('2024-01', 0),
    month('2024-02', 3),
  ]);
});

it('returns only the newest 240 months', () => {
  const months = everyMonth([month('2024-02'), month('1902-01')]);
  expect(months).toHaveLength(240);
  expect(months.at(-1)).toEqual(month('2024-02'));
});

it('returns no months for an empty library', () => expect(everyMonth([])).toEqual([]));

it.each([
  ['2024-02', '/gallery?from=2024-02-01&to=2024-02-29'],
  ['2023-12', '/gallery?from=2023-12-01&to=2023-12-31'],
])('links the month %s to the gallery %s', (name, address) => expect(monthAddress(name)).toBe(address));
