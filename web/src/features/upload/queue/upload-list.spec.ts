import type { UploadItem, UploadState } from './upload-item.ts';
import { UploadList } from './upload-list.ts';

function item(id: number, state: UploadState, more: Partial<UploadItem> = {}): UploadItem {
  return {
    id,
    name: `${id}.jpg`,
    folder: '',
    sizeBytes: 100,
    state,
    sentBytes: 0,
    checksum: null,
    target: null,
    attempts: 0,
    notBefore: 0,
    photo: null,
    reason: null,
    requestId: null,
    ...more,
  };
}

describe('UploadList', () => {
  it('returns all items as they were added, and the items of a state as they entered it', () => {
    const list = new UploadList();
    for (const id of [1, 2, 3]) list.put(item(id, 'waiting'));
    list.put(item(3, 'hashed'));
    list.put(item(1, 'hashed'));
    expect(list.all().map(({ id }) => id)).toEqual([1, 2, 3]);
    expect([...list.in('hashed')].map(({ id }) => id)).toEqual([3, 1]);
    expect(list.count('waiting', 'hashed')).toBe(3);
  });

  it('sums up the bytes, without those of failed items', () => {
    const list = new UploadList();
    list.put(item(1, 'sending', { sentBytes: 30 }));
    list.put(item(2, 'done'));
    list.put(item(3, 'duplicate'));
    list.put(item(4, 'failed', { reason: 'FAULT' }));
    list.put(item(5, 'failed', { reason: 'INVALID_IMAGE' }));
    list.put(item(6, 'waiting'));
    expect(list.totals()).toMatchObject({ files: 6, allBytes: 400, pastBytes: 230, retryable: 1 });
    list.put(item(1, 'declared'));
    expect(list.totals().pastBytes).toBe(200);
  });

  it('removes items', () => {
    const list = new UploadList();
    list.put(item(1, 'done'));
    list.remove(1);
    expect(list.all()).toEqual([]);
    expect(list.totals()).toMatchObject({ files: 0, allBytes: 0, pastBytes: 0 });
  });
});
