/** Make, model, lens, prefix of file names, and percentage of the photos. */
export const CAMERAS = [
  ['Apple', 'iPhone 13 Pro', 'iPhone 13 Pro back triple camera 5.7mm f/1.5', 'IMG_', 22],
  ['Apple', 'iPhone 8', 'iPhone 8 back camera 3.99mm f/1.8', 'IMG_', 14],
  ['Canon', 'Canon EOS 40D', 'EF-S17-85mm f/4-5.6 IS USM', 'IMG_', 13],
  ['Canon', 'Canon EOS R6', 'RF24-105mm F4 L IS USM', '7K0A', 11],
  ['NIKON CORPORATION', 'NIKON D750', '24.0-70.0 mm f/2.8', 'DSC_', 10],
  ['SONY', 'ILCE-7M3', 'FE 55mm F1.8 ZA', 'DSC0', 8],
  ['FUJIFILM', 'X-T3', 'XF23mmF2 R WR', 'DSCF', 7],
  ['Google', 'Pixel 7', 'Pixel 7 back camera 6.81mm f/1.85', 'PXL_', 6],
  ['Panasonic', 'DMC-FZ30', null, 'P101', 4],
  [null, null, null, 'scan', 5],
] as const;

/** City, country, latitude, longitude. */
export const PLACES = [
  ['Tokyo', 'Japan', 35.69, 139.69],
  ['Kyoto', 'Japan', 35.02, 135.75],
  ['Sapporo', 'Japan', 43.07, 141.35],
  ['Zürich', 'Switzerland', 47.38, 8.54],
  ['München', 'Germany', 48.14, 11.58],
  ['Berlin', 'Germany', 52.52, 13.4],
  ['São Paulo', 'Brazil', -23.55, -46.64],
  ['Reykjavík', 'Iceland', 64.14, -21.9],
  ['Paris', 'France', 48.85, 2.35],
  ['Lyon', 'France', 45.75, 4.85],
  ['Málaga', 'Spain', 36.72, -4.42],
  ['Lisbon', 'Portugal', 38.72, -9.13],
  ['London', 'United Kingdom', 51.51, -0.13],
  ['Edinburgh', 'United Kingdom', 55.95, -3.2],
  ['New York City', 'United States', 40.71, -74.01],
  ['San Francisco', 'United States', 37.77, -122.42],
  ['Vancouver', 'Canada', 49.25, -123.12],
  ['Seoul', 'South Korea', 37.57, 126.98],
  ['Bangkok', 'Thailand', 13.75, 100.5],
  ['Sydney', 'Australia', -33.87, 151.21],
] as const;

export const TAGS = [
  'family',
  'holiday',
  'garden',
  'été',
  'birthday',
  'mountain',
  'cat',
  'food',
  '花見',
  'work',
];
export const TITLES = ['Evening at the lake', 'First snow', "Grandmother's kitchen", 'The long way home'];

/** Months in the library of a single user that contain exactly `count` photos. */
export const STRIP_MONTHS = [
  { month: '2013-06', count: 750 },
  { month: '2017-08', count: 5_000 },
] as const;

/** The photos were taken in the years 2010 to 2024. */
export const FIRST_YEAR = 2010;
/** Number of days in these years. */
export const DAYS = 5_479;
