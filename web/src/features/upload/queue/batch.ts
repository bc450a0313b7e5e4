/** The maximum number of files per createUploads request. */
export const MAX_DECLARED = 100;
/** Targets expire after 15 minutes. At 1 MB/s, sending this many bytes takes a third of that time. */
const MAX_BYTES = 300_000_000;

/**
 * Returns the first items, to be declared in one request: at most 100, and at most 300 MB, which a slow connection
 * can send before the targets expire. A larger item is returned alone.
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
