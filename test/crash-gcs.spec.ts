import { expectNothingLost } from './crash/expect-nothing-lost.ts';

// The points that do not depend on the store are covered by crash-disk.spec.ts.
it('loses no acknowledged data and leaves nothing else when the service uses a bucket', async () => {
  await expectNothingLost('gcs', { own: true });
}, 600_000);
