import type { PauseReason } from './uploads-snapshot.ts';

/** The reasons for which the queue pauses automatically. Several transfers may report the same reason. */
export class PauseReasons {
  readonly #counts = new Map<PauseReason, number>();

  /** The oldest reason that still applies, or null. */
  get current(): PauseReason | null {
    return this.#counts.keys().next().value ?? null;
  }

  /** Adds a reason, and removes it when `end` resolves. Resolves at the same time. */
  async until(reason: PauseReason, end: Promise<void>): Promise<void> {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    await end;
    const others = (this.#counts.get(reason) ?? 1) - 1;
    if (others > 0) this.#counts.set(reason, others);
    else this.#counts.delete(reason);
  }
}
