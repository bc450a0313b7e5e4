import { TestBucket } from '../../../test/support/bucket.ts';
import { describeObjectStore } from '../object-store.contract.ts';
import { GcsClient } from './client/gcs-client.ts';
import { GcsObjectStore } from './gcs-object-store.ts';

describeObjectStore('GcsObjectStore', async () => {
  const bucket = await TestBucket.open();
  const store = new GcsObjectStore(new GcsClient(bucket.storage, bucket.name));
  return { store, dispose: () => bucket.close() };
});
