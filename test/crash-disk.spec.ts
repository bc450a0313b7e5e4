import { expectNothingLost } from './crash/expect-nothing-lost.ts';

it('loses no acknowledged data and leaves nothing else, wherever the service is killed', async () => {
  await expectNothingLost('disk');
}, 600_000);
