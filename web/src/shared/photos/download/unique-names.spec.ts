import { UniqueNames } from './unique-names.ts';

it('numbers files with the same name', () => {
  const names = new UniqueNames();
  const given = ['a.jpg', 'b.jpg', 'A.JPG', 'a.jpg', 'a (2).jpg', '海', '海', 'x.tar.gz', 'x.tar.gz'];
  expect(given.map((name) => names.next(name))).toEqual([
    'a.jpg',
    'b.jpg',
    'A (2).JPG',
    'a (3).jpg',
    'a (2) (2).jpg',
    '海',
    '海 (2)',
    'x.tar.gz',
    'x.tar (2).gz',
  ]);
});
