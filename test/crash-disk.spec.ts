import { expectNothingLost } from './crash/few-lives.ts';

it('loses nothing that was acknowledged and keeps nothing that was not, wherever the service is killed', async () => {
  await expectNothingLost('disk');
}, 600_000);
