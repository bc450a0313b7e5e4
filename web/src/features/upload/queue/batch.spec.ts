import { takeBatch } from './batch.ts';

const files = (count: number, sizeBytes: number) => Array.from({ length: count }, () => ({ sizeBytes }));

describe('takeBatch', () => {
  it('takes no more than createUploads does', () => {
    expect(takeBatch(files(250, 10))).toHaveLength(100);
    expect(takeBatch([])).toEqual([]);
  });

  it('takes no more bytes than their targets are open for', () => {
    expect(takeBatch(files(250, 50_000_000))).toHaveLength(6);
  });

  it('takes one that is larger than that by itself', () => {
    expect(takeBatch(files(3, 900_000_000))).toHaveLength(1);
  });
});
