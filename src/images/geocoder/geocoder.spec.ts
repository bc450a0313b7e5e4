import { reverseGeocode } from './geocoder.ts';

it.each([
  ['the Louvre', 48.8606, 2.3376, 'Paris', 'France'],
  ['Times Square, which is nearer to smaller towns', 40.758, -73.9855, 'New York City', 'United States'],
  ['Westminster, a city within London', 51.5007, -0.1246, 'London', 'United Kingdom'],
  ['Kreuzberg, a district', 52.499, 13.403, 'Berlin', 'Germany'],
  ['the Golden Gate, outside any town', 37.8199, -122.4783, 'San Francisco', 'United States'],
  ['Versailles, within the radius of Paris', 48.8049, 2.1204, 'Versailles', 'France'],
  ['a castle above a village', 47.5576, 10.7498, 'Schwangau', 'Germany'],
  ['a small country in a large city', 41.9029, 12.4534, 'Vatican City', 'Vatican City'],
  ['one side of a border', 47.5936, 7.6108, 'Weil am Rhein', 'Germany'],
  ['the other side of the same border', 47.5606, 7.5906, 'Basel', 'Switzerland'],
  ['a point in the southern hemisphere', -22.9711, -43.1823, 'Rio de Janeiro', 'Brazil'],
  ['a city with a non-ASCII name', 47.3769, 8.5417, 'Zürich', 'Switzerland'],
])('finds the city and the country of %s', (_, latitude, longitude, city, country) => {
  expect(reverseGeocode(latitude, longitude)).toEqual({ city, country });
});

it.each([
  ['the Atlantic', 30, -40],
  ['the North Pole', 90, 0],
  ['the South Pole', -90, 180],
  ['the date line', 0, -180],
])('finds no place at sea: %s', (_, latitude, longitude) => {
  expect(reverseGeocode(latitude, longitude)).toEqual({ city: null, country: null });
});
