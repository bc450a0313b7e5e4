import { chosenFiles, skipOtherTypes } from './chosen-files.ts';

const FORMATS = [{ contentType: 'image/jpeg', extensions: ['.jpg', '.jpeg'] }];

function file(path: string, isInFolder = true): File {
  const name = path.split('/').at(-1) ?? '';
  return Object.defineProperty(new File(['x'], name), 'webkitRelativePath', {
    value: isInFolder ? path : '',
  });
}

const names = (chosen: readonly { file: File; folder: string }[]) =>
  chosen.map(({ file: { name }, folder }) => `${folder}|${name}`);

it('returns the folder of each file of a chosen folder', () => {
  const files = [file('Trip/a.jpg'), file('Trip/Day 1/b.jpg'), file('Trip/.DS_Store'), file('c.jpg', false)];
  expect(names(chosenFiles(files))).toEqual(['Trip|a.jpg', 'Trip/Day 1|b.jpg', '|c.jpg']);
});

it('skips files of a folder whose extension is not that of a photo', () => {
  const all = ['Trip/a.JPG', 'Trip/b.mov', 'Trip/c.json', 'Trip/scan'].map((path) => file(path));
  const { files, skipped } = skipOtherTypes(chosenFiles(all), FORMATS);
  expect(names(files)).toEqual(['Trip|a.JPG', 'Trip|scan']);
  expect(skipped).toBe(2);
});

it('skips no file that was chosen individually, and no file while the formats are unknown', () => {
  expect(skipOtherTypes(chosenFiles([file('notes.txt', false)]), FORMATS).skipped).toBe(0);
  expect(skipOtherTypes(chosenFiles([file('Trip/b.mov')]), []).skipped).toBe(0);
});
