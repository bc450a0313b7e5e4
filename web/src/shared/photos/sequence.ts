/** The photos of the view from which a photo was opened, in their order. */
export interface PhotoSequence {
  /** The path of the view, to go back to. */
  from: string;
  /** The ids before and after a photo, null at an end; undefined if the photo is not in the sequence. */
  neighbours(id: string): Promise<{ previous: string | null; next: string | null } | undefined>;
}

let current: PhotoSequence | null = null;

/** A view calls this before it opens a photo. */
export function setPhotoSequence(sequence: PhotoSequence | null): void {
  current = sequence;
}

/** The current sequence; null if the photo was opened by its address. */
export function photoSequence(): PhotoSequence | null {
  return current;
}

/**
 * A sequence of loaded ids, such as pages of results.
 * @param loadMore returns all ids including those of the next page; the same ids if there is no further page
 */
export function listSequence(
  from: string,
  ids: readonly string[],
  loadMore?: () => Promise<readonly string[]>,
): PhotoSequence {
  return {
    from,
    neighbours: async (id) => {
      if (ids.at(-1) === id && loadMore) ids = await loadMore();
      const index = ids.indexOf(id);
      return index < 0 ? undefined : { previous: ids[index - 1] ?? null, next: ids[index + 1] ?? null };
    },
  };
}
