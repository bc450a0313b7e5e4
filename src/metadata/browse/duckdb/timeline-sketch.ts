/** The number of photos of one day in local time. */
export interface DayCount {
  day: Date;
  count: number;
}

/** The time at which a bounded read ends: inclusive if the read goes back in time, exclusive if it goes forward. */
export interface Edge {
  time: Date;
  /** Photos up to the edge, if the sketch is up to date. */
  photos: number;
}

/** Consecutive days share a bin while they have at most this many photos together: a page or more. */
const MAX_BIN_PHOTOS = 64;

/**
 * A histogram of where in time a user's photos are: 12 bytes for each bin of consecutive days. It bounds how much
 * of the timeline a read scans. It may be out of date, because the result of a read does not depend on it.
 */
export class TimelineSketch {
  /** Start of each bin in milliseconds of local time, oldest first. */
  readonly #starts: Float64Array;
  /** Photos of each bin. */
  readonly #counts: Uint32Array;
  /** Photos of the whole library. */
  readonly photos: number;

  /** @param days ordered from the oldest to the newest */
  constructor(days: readonly DayCount[]) {
    const starts: number[] = [];
    const counts: number[] = [];
    for (const { day, count } of days) {
      const last = counts.length - 1;
      const lastCount = counts[last];
      if (lastCount !== undefined && lastCount + count <= MAX_BIN_PHOTOS) {
        counts[last] = lastCount + count;
      } else {
        starts.push(day.getTime());
        counts.push(count);
      }
    }
    this.#starts = Float64Array.from(starts);
    this.#counts = Uint32Array.from(counts);
    this.photos = this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /**
   * Finds the edge up to which a read must go to find a number of photos.
   * @param from time at which the read starts; null starts at the library's first photo in this direction
   * @param ascending whether the read goes forward in time
   * @returns null if the rest of the library has fewer photos, so that the read needs no bound
   */
  findEdge(from: Date | null, ascending: boolean, photos: number): Edge | null {
    const step = ascending ? 1 : -1;
    const first = from === null ? (ascending ? 0 : this.#starts.length - 1) : this.#binOf(from);
    let certain = 0;
    let total = 0;
    for (let bin = first; bin >= 0 && bin < this.#starts.length; bin += step) {
      const count = this.#counts[bin] ?? 0;
      total += count;
      // All photos of the bin that contains `from` may be on its other side.
      if (from === null || bin !== first) certain += count;
      const time = this.#starts[ascending ? bin + 1 : bin];
      if (certain >= photos && time !== undefined) return { time: new Date(time), photos: total };
    }
    return null;
  }

  /** The index of the last bin that starts at or before a time, or of the first bin. */
  #binOf(time: Date): number {
    const ms = time.getTime();
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= ms) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
