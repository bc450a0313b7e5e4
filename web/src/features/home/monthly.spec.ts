import { everyMonth, monthAddress } from './monthly.ts';

const month = (name: string, photos = 1) => ({ month: name, photos, bytes: photos * 10 });

it('has a month without photos between those that have some, oldest first', () => {
  expect(everyMonth([month('2024-02', 3), month('2023-11', 2)])).toEqual([
    month('2023-11', 2),
    month('2023-12', 0),
    month('2024-01', 0),
    month('2024-02', 3),
  ]);
});

it('has no more months than can be seen, the newest', () => {
  const months = everyMonth([month('2024-02'), month('1902-01')]);
  expect(months).toHaveLength(240);
  expect(months.at(-1)).toEqual(month('2024-02'));
});

it('has none of an empty library', () => expect(everyMonth([])).toEqual([]));

it.each([
  ['2024-02', '/gallery?from=2024-02-01&to=2024-02-29'],
  ['2023-12', '/gallery?from=2023-12-01&to=2023-12-31'],
])('knows where the photos of %s are shown', (name, address) => expect(monthAddress(name)).toBe(address));
