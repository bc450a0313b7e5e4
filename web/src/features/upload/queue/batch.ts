/** What createUploads takes at once. */
export const MAX_DECLARED = 100;
/** Targets are open for a quarter of an hour: on a line of 1 MB/s that is a third of it. */
const MAX_BYTES = 300_000_000;

/**
 * The first of some files that are to be declared together: at most 100, and not many more bytes than a slow line sends
 * before their targets expire.
 */
export function takeBatch<Item extends { sizeBytes: number }>(
  items: Iterable<Item>,
  { maxItems = MAX_DECLARED, maxBytes = MAX_BYTES } = {},
): Item[] {
  const batch: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    if (batch.length >= maxItems || (batch.length > 0 && bytes + item.sizeBytes > maxBytes)) break;
    batch.push(item);
    bytes += item.sizeBytes;
  }
  return batch;
}
