import { inBatches } from './batches.ts';

const IDS = ['a', 'b', 'c', 'd', 'e'];

it('sends all ids in batches, in their order', async () => {
  const sent: string[][] = [];
  const send = async (ids: string[]) => {
    sent.push(ids);
    return ids.map((id) => id.toUpperCase());
  };
  expect(await inBatches(IDS, send, 2)).toEqual({ outcomes: ['A', 'B', 'C', 'D', 'E'], error: null });
  expect(sent).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
});

it('returns the outcomes before a failure, and sends no more batches', async () => {
  const failure = new Error('No.');
  const sent: string[][] = [];
  const send = async (ids: string[]) => {
    if (sent.push(ids) === 2) throw failure;
    return ids;
  };
  expect(await inBatches(IDS, send, 2)).toEqual({ outcomes: ['a', 'b'], error: failure });
  expect(sent).toHaveLength(2);
});
