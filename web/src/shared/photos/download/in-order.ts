/**
 * Loads several items concurrently, and yields the results in the order of the items.
 * @throws the error of `load`, after the results before it
 */
export async function* inOrder<Item, Loaded>(
  items: Iterable<Item>,
  load: (item: Item) => Promise<Loaded>,
  concurrency: number,
): AsyncGenerator<Loaded> {
  const loading: Promise<Loaded>[] = [];
  for (const item of items) {
    const promise = load(item);
    // Prevents an unhandled rejection. The error is thrown when the result is awaited below.
    promise.catch(() => undefined);
    loading.push(promise);
    const first = loading.length >= concurrency ? loading.shift() : undefined;
    if (first) yield await first;
  }
  for (const promise of loading) yield await promise;
}
