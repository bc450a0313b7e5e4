/** The order in which the view that a photo was opened from shows photos. */
export interface PhotoSequence {
  /** Where to go back to: an address of ours. */
  from: string;
  /** The photos before and behind one, null at an end; undefined where the photo is not among them. */
  neighbours(id: string): Promise<{ previous: string | null; next: string | null } | undefined>;
  /** Told which photo is shown, so that the view has it in sight when one goes back to it. */
  shown?(id: string): void;
}

let current: PhotoSequence | null = null;

/** Said by a view before it opens a photo. */
export function setPhotoSequence(sequence: PhotoSequence | null): void {
  current = sequence;
}

/** Null where the photo's address was opened by itself. */
export function photoSequence(): PhotoSequence | null {
  return current;
}

/**
 * A sequence of the ids that are at hand: pages of results.
 * @param readOn gives the ids again with those of the next page; the same where that was the last one
 */
export function listSequence(
  from: string,
  ids: readonly string[],
  readOn?: () => Promise<readonly string[]>,
): PhotoSequence {
  return {
    from,
    neighbours: async (id) => {
      if (ids.at(-1) === id && readOn) ids = await readOn();
      const at = ids.indexOf(id);
      return at < 0 ? undefined : { previous: ids[at - 1] ?? null, next: ids[at + 1] ?? null };
    },
  };
}
