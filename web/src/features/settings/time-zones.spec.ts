import { timeZones } from './time-zones.ts';

const WINTER = new Date('2024-01-01T00:00:00Z');

it('labels each zone with its UTC offset at the given time', () => {
  const zones = timeZones('Asia/Tokyo', 'en', WINTER);
  expect(zones).toContainEqual({ value: 'Asia/Tokyo', label: 'Asia/Tokyo (GMT+9)' });
  expect(zones).toContainEqual({ value: 'America/New_York', label: 'America/New York (GMT-5)' });
  expect(zones.filter(({ value }) => value === 'Asia/Tokyo')).toHaveLength(1);
});

it('includes the chosen zone even if the browser does not know it', () => {
  const values = timeZones('Mars/Olympus', 'ja', WINTER).map(({ value }) => value);
  expect(values).toContain('Mars/Olympus');
  expect(values).toContain('UTC');
});
