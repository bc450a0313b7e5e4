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

/** A sequence of ids that are all at hand: a page of results. */
export function listSequence(from: string, ids: readonly string[]): PhotoSequence {
  return {
    from,
    neighbours: (id) => {
      const at = ids.indexOf(id);
      if (at < 0) return Promise.resolve(undefined);
      return Promise.resolve({ previous: ids[at - 1] ?? null, next: ids[at + 1] ?? null });
    },
  };
}
