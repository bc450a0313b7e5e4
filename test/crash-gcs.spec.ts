import { expectNothingLost } from './crash/few-lives.ts';

// What has nothing to do with the bucket is left to the disk.
it('loses nothing that was acknowledged and keeps nothing that was not, over a bucket that lives on', async () => {
  await expectNothingLost('gcs', { own: true });
}, 600_000);
