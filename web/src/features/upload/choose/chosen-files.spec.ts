import { leaveOutOthers, looseFiles } from './chosen-files.ts';

const FORMATS = [{ contentType: 'image/jpeg', extensions: ['.jpg', '.jpeg'] }];

function file(path: string, isOfFolder = true): File {
  const name = path.split('/').at(-1) ?? '';
  return Object.defineProperty(new File(['x'], name), 'webkitRelativePath', {
    value: isOfFolder ? path : '',
  });
}

const names = (chosen: readonly { file: File; folder: string }[]) =>
  chosen.map(({ file: { name }, folder }) => `${folder}|${name}`);

it('knows the folder that a file was chosen with', () => {
  const files = [file('Trip/a.jpg'), file('Trip/Day 1/b.jpg'), file('Trip/.DS_Store'), file('c.jpg', false)];
  expect(names(looseFiles(files))).toEqual(['Trip|a.jpg', 'Trip/Day 1|b.jpg', '|c.jpg']);
});

it('leaves out of a folder what by its name is no photo', () => {
  const all = ['Trip/a.JPG', 'Trip/b.mov', 'Trip/c.json', 'Trip/scan'].map((path) => file(path));
  const { files, leftOut } = leaveOutOthers(looseFiles(all), FORMATS);
  expect(names(files)).toEqual(['Trip|a.JPG', 'Trip|scan']);
  expect(leftOut).toBe(2);
});

it('leaves out nothing that was chosen by itself, and nothing where the formats are not known', () => {
  expect(leaveOutOthers(looseFiles([file('notes.txt', false)]), FORMATS).leftOut).toBe(0);
  expect(leaveOutOthers(looseFiles([file('Trip/b.mov')]), []).leftOut).toBe(0);
});
