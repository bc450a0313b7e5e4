import { inOrder } from './in-order.ts';

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it('yields the results in the order of the items, and limits the concurrency', async () => {
  let running = 0;
  let maxRunning = 0;
  const load = async (item: number) => {
    maxRunning = Math.max(maxRunning, ++running);
    await wait(item === 0 ? 20 : 1);
    running -= 1;
    return item * 2;
  };
  const results: number[] = [];
  for await (const loaded of inOrder([0, 1, 2, 3, 4], load, 3)) results.push(loaded);
  expect(results).toEqual([0, 2, 4, 6, 8]);
  expect(maxRunning).toBe(3);
});

it('yields the results before a failure', async () => {
  const load = async (item: number) => {
    if (item === 2) throw new Error('No.');
    return item;
  };
  const results: number[] = [];
  const all = async () => {
    for await (const loaded of inOrder([0, 1, 2, 3], load, 2)) results.push(loaded);
  };
  await expect(all()).rejects.toThrow('No.');
  expect(results).toEqual([0, 1]);
});
