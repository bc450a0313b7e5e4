/** The period of the average: long enough that the value is stable, short enough that it is current. */
const WINDOW_MS = 12_000;
/** A speed that was measured for less time is not meaningful. */
const MIN_MS = 1_000;

/** Measures the speed of the recent transfers. */
export class SpeedMeter {
  #samples: { at: number; bytes: number }[] = [];
  #since: number | null = null;

  /** Adds bytes that were sent. `now` is in milliseconds. */
  add(bytes: number, now: number): void {
    this.#since ??= now;
    const last = this.#samples.at(-1);
    // One sample per 100 ms is precise enough.
    if (last && now - last.at < 100) last.bytes += bytes;
    else this.#samples.push({ at: now, bytes });
  }

  /** Starts a new measurement, for example after a pause. */
  reset(): void {
    this.#samples = [];
    this.#since = null;
  }

  /** Returns the bytes per second, or null if too little was measured. */
  bytesPerSecond(now: number): number | null {
    if (this.#since === null) return null;
    const from = Math.max(this.#since, now - WINDOW_MS);
    this.#samples = this.#samples.filter(({ at }) => at >= from);
    const passed = now - from;
    if (passed < MIN_MS) return null;
    const bytes = this.#samples.reduce((sum, sample) => sum + sample.bytes, 0);
    return bytes > 0 ? (bytes * 1_000) / passed : null;
  }
}

/** Returns the milliseconds that sending some bytes takes, or null if the speed is unknown. */
export function timeLeftMs(bytes: number, bytesPerSecond: number | null): number | null {
  return bytesPerSecond === null ? null : (bytes * 1_000) / bytesPerSecond;
}
