/** Photos of a day by the camera's clock. */
export interface DayCount {
  day: Date;
  count: number;
}

/** How far a read goes: up to `edge`, which belongs to it where it goes back in time and not where it goes forward. */
export interface Reach {
  edge: Date;
  /** Photos that lie before the edge, if the sketch is right. */
  photos: number;
}

/** Days are put together until a stretch has so many photos: a page or more. */
const STRETCH = 64;

/**
 * Roughly where in time a person's photos lie: 12 bytes for every stretch of days. Reads take from it how far to look, so
 * that they need not look through the rest; what they find does not hang on it, and it may be out of date.
 */
export class TimelineSketch {
  /** Where each stretch begins, the oldest first; milliseconds of the camera's clock. */
  readonly #starts: Float64Array;
  readonly #counts: Uint32Array;
  /** Of the whole library. */
  readonly photos: number;

  /** `days` from the oldest to the newest. */
  constructor(days: readonly DayCount[]) {
    const starts: number[] = [];
    const counts: number[] = [];
    for (const { day, count } of days) {
      const last = counts.length - 1;
      const sofar = counts[last];
      if (sofar !== undefined && sofar + count <= STRETCH) {
        counts[last] = sofar + count;
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
   * Up to where so many photos lie, from a moment on or from the end of the library where there is none; back in time, or
   * forward where `ascending`. Null where there are fewer: a read has no bound.
   */
  reach(from: Date | null, ascending: boolean, photos: number): Reach | null {
    const step = ascending ? 1 : -1;
    const first = from === null ? (ascending ? 0 : this.#starts.length - 1) : this.#stretchOf(from);
    let sure = 0;
    let all = 0;
    for (let at = first; at >= 0 && at < this.#starts.length; at += step) {
      const count = this.#counts[at] ?? 0;
      all += count;
      // Of the stretch in which it begins there may be nothing on this side.
      if (from === null || at !== first) sure += count;
      const edge = this.#starts[ascending ? at + 1 : at];
      if (sure >= photos && edge !== undefined) return { edge: new Date(edge), photos: all };
    }
    return null;
  }

  /** The last stretch that begins no later, or the first of all. */
  #stretchOf(moment: Date): number {
    const ms = moment.getTime();
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= ms) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
