import { metadataGroups } from './metadata-rows.ts';

it('returns a table for each group, and joins lists of plain values', () => {
  const metadata = {
    exif: { Make: 'Canon', ISO: 200, LensInfo: [24, 70, 2.8, 2.8] },
    xmp: { dc: { subject: ['海', '夏'] }, regions: [{ name: 'A' }, { name: 'B' }] },
    orientation: 6,
  };
  expect(metadataGroups(metadata)).toEqual([
    { name: '', rows: [{ name: 'orientation', value: '6' }] },
    {
      name: 'exif',
      rows: [
        { name: 'Make', value: 'Canon' },
        { name: 'ISO', value: '200' },
        { name: 'LensInfo', value: '24, 70, 2.8, 2.8' },
      ],
    },
    {
      name: 'xmp',
      rows: [
        { name: 'dc.subject', value: '海, 夏' },
        { name: 'regions.0.name', value: 'A' },
        { name: 'regions.1.name', value: 'B' },
      ],
    },
  ]);
});

it.each([[null], [{}], [{ exif: {} }], ['text']])('returns no tables for %j', (metadata) => {
  expect(metadataGroups(metadata)).toEqual([]);
});
