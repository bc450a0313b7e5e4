import { cameraName } from './camera-name.ts';

it.each([
  ['Canon', 'Canon EOS R6', 'Canon EOS R6'],
  ['NIKON CORPORATION', 'NIKON D70', 'NIKON CORPORATION NIKON D70'],
  ['Nikon', 'NIKON D750', 'NIKON D750'],
  ['SONY', 'ILCE-7M4', 'SONY ILCE-7M4'],
  ['Apple', null, 'Apple'],
  [null, 'X-T4', 'X-T4'],
  [null, undefined, ''],
])('names the camera with make %s and model %s: %s', (make, model, name) =>
  expect(cameraName({ make, model })).toBe(name),
);
