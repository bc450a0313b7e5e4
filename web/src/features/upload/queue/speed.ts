/** Long enough to be calm, short enough to be true. */
const WINDOW_MS = 12_000;
/** Progress of a moment says nothing yet. */
const MIN_MS = 1_000;

/** How fast bytes have gone lately. */
export class SpeedMeter {
  #samples: { at: number; bytes: number }[] = [];
  #since: number | null = null;

  /** Counts bytes that left by now (milliseconds). */
  add(bytes: number, now: number): void {
    this.#since ??= now;
    const last = this.#samples.at(-1);
    // A sample for each tenth of a second is enough.
    if (last && now - last.at < 100) last.bytes += bytes;
    else this.#samples.push({ at: now, bytes });
  }

  /** Forgets what was: after a pause. */
  reset(): void {
    this.#samples = [];
    this.#since = null;
  }

  /** Bytes in a second, null where too little is known. */
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

/** Milliseconds until so many bytes have gone; null where nobody can tell. */
export function timeLeftMs(bytes: number, bytesPerSecond: number | null): number | null {
  return bytesPerSecond === null ? null : (bytes * 1_000) / bytesPerSecond;
}
