import { describeObjectStore } from '../object-store.contract.ts';
import { BUCKET, LocalGcs } from '../../../test/support/gcs/local-gcs.ts';
import { GcsClient } from './gcs-client.ts';
import { GcsObjectStore } from './gcs-object-store.ts';

describeObjectStore('GcsObjectStore', async () => {
  const gcs = await LocalGcs.start();
  return { store: new GcsObjectStore(new GcsClient(gcs.storage, BUCKET)), dispose: () => gcs.close() };
});
