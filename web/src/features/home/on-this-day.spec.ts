import { sameDays, today } from './on-this-day.ts';

it('returns the current date in a time zone', () => {
  const now = new Date('2024-12-31T16:00:00Z');
  expect(today('Asia/Tokyo', now)).toBe('2025-01-01');
  expect(today('America/New_York', now)).toBe('2024-12-31');
});

describe('sameDays', () => {
  it('returns the day in each year that has photos of the month, newest first', () => {
    expect(sameDays('2024-05-31', ['2024-05', '2023-06', '2021-05', '2022-05'])).toEqual([
      { year: 2022, from: '2022-05-31T00:00:00', to: '2022-06-01T00:00:00' },
      { year: 2021, from: '2021-05-31T00:00:00', to: '2021-06-01T00:00:00' },
    ]);
  });

  it('excludes this year and later years', () => {
    expect(sameDays('2024-05-31', ['2024-05', '2025-05'])).toEqual([]);
  });

  it('returns at most eight years', () => {
    const months = Array.from({ length: 40 }, (_, at) => `${1984 + at}-05`);
    const years = sameDays('2024-05-01', months).map(({ year }) => year);
    expect(years).toEqual([2023, 2022, 2021, 2020, 2019, 2018, 2017, 2016]);
  });

  it('includes 29 February on 28 February if this year is not a leap year', () => {
    const months = ['2023-02', '2020-02'];
    expect(sameDays('2024-02-29', months).map(({ year }) => year)).toEqual([2020]);
    expect(sameDays('2025-02-28', months).map(({ to }) => to)).toEqual([
      '2023-03-01T00:00:00',
      '2020-03-01T00:00:00',
    ]);
    expect(sameDays('2024-02-28', months).map(({ to }) => to)).toEqual([
      '2023-03-01T00:00:00',
      '2020-02-29T00:00:00',
    ]);
  });
});
