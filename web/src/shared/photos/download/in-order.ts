/** Loads several at once, and gives them in their order. @throws what loading one throws, when its turn has come */
export async function* inOrder<Item, Loaded>(
  items: Iterable<Item>,
  load: (item: Item) => Promise<Loaded>,
  lanes: number,
): AsyncGenerator<Loaded> {
  const loading: Promise<Loaded>[] = [];
  for (const item of items) {
    const one = load(item);
    // Its turn to fail comes below.
    one.catch(() => undefined);
    loading.push(one);
    const first = loading.length >= lanes ? loading.shift() : undefined;
    if (first) yield await first;
  }
  for (const one of loading) yield await one;
}
