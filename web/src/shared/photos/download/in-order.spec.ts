import { inOrder } from './in-order.ts';

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it('gives what is loaded in its order, and loads no more at once than it may', async () => {
  let running = 0;
  let most = 0;
  const load = async (item: number) => {
    most = Math.max(most, ++running);
    await later(item === 0 ? 20 : 1);
    running -= 1;
    return item * 2;
  };
  const given: number[] = [];
  for await (const loaded of inOrder([0, 1, 2, 3, 4], load, 3)) given.push(loaded);
  expect(given).toEqual([0, 2, 4, 6, 8]);
  expect(most).toBe(3);
});

it('gives those before the one that fails', async () => {
  const load = async (item: number) => {
    if (item === 2) throw new Error('No.');
    return item;
  };
  const given: number[] = [];
  const all = async () => {
    for await (const loaded of inOrder([0, 1, 2, 3], load, 2)) given.push(loaded);
  };
  await expect(all()).rejects.toThrow('No.');
  expect(given).toEqual([0, 1]);
});
