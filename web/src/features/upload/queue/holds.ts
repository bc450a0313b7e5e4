import type { Hold } from './uploads-snapshot.ts';

/** What the whole queue waits for; several lanes may have met it. */
export class Holds {
  readonly #counts = new Map<Hold, number>();

  /** Null where nothing holds. */
  get current(): Hold | null {
    return this.#counts.keys().next().value ?? null;
  }

  /** Holds until something is over; ends with it. */
  async until(hold: Hold, over: Promise<void>): Promise<void> {
    this.#counts.set(hold, (this.#counts.get(hold) ?? 0) + 1);
    await over;
    const others = (this.#counts.get(hold) ?? 1) - 1;
    if (others > 0) this.#counts.set(hold, others);
    else this.#counts.delete(hold);
  }
}
