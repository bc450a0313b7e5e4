/** Photos with their camera's times, as columns. */
interface Taken {
  ids: readonly string[];
  takenAtLocal: readonly string[];
}

/**
 * From when to when photos were taken, as a filter takes it; null where that is not known of each of them.
 * @param known columns in which they are looked for
 */
export function takenSpan(
  ids: readonly string[],
  known: Iterable<Taken>,
): { from: string; to: string } | null {
  const wanted = new Set(ids);
  const times: string[] = [];
  for (const { ids: column, takenAtLocal } of known)
    for (const [at, id] of column.entries()) if (wanted.delete(id)) times.push(takenAtLocal[at] ?? '');
  if (wanted.size > 0) return null;
  const sorted = times.toSorted();
  const [first] = sorted;
  const last = sorted.at(-1);
  return first && last ? { from: first, to: justAfter(last) } : null;
}

/** The second behind a local time: ranges leave out their end. */
export function justAfter(local: string): string {
  return new Date(Date.parse(`${local.slice(0, 19)}Z`) + 1_000).toISOString().slice(0, 19);
}
