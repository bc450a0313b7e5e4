import { takeBatch } from './batch.ts';

const files = (count: number, sizeBytes: number) => Array.from({ length: count }, () => ({ sizeBytes }));

describe('takeBatch', () => {
  it('takes at most as many files as createUploads accepts', () => {
    expect(takeBatch(files(250, 10))).toHaveLength(100);
    expect(takeBatch([])).toEqual([]);
  });

  it('takes at most 300 MB', () => {
    expect(takeBatch(files(250, 50_000_000))).toHaveLength(6);
  });

  it('takes a file that is larger than 300 MB alone', () => {
    expect(takeBatch(files(3, 900_000_000))).toHaveLength(1);
  });
});
