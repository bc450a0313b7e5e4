/** Columns with ids and local times of photos. */
interface Taken {
  ids: readonly string[];
  takenAtLocal: readonly string[];
}

/**
 * Returns the range of time in which photos were taken, for a filter; null if one of the photos is not in `known`.
 * @param known columns of the photos whose times are known
 */
export function takenSpan(
  ids: readonly string[],
  known: Iterable<Taken>,
): { from: string; to: string } | null {
  const wanted = new Set(ids);
  const times: string[] = [];
  for (const { ids: column, takenAtLocal } of known)
    for (const [index, id] of column.entries()) if (wanted.delete(id)) times.push(takenAtLocal[index] ?? '');
  if (wanted.size > 0) return null;
  const sorted = times.toSorted();
  const [first] = sorted;
  const last = sorted.at(-1);
  return first && last ? { from: first, to: justAfter(last) } : null;
}

/** Returns the next full second after a local time, because ranges exclude their end. */
export function justAfter(local: string): string {
  return new Date(Date.parse(`${local.slice(0, 19)}Z`) + 1_000).toISOString().slice(0, 19);
}
