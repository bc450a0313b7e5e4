/** So long the first of some waits for others to go with. */
const GATHER_MS = 400;

/** Decides when what has gathered goes, so that a request is made for many, and nobody waits long for company. */
export class Gatherer {
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isDue = false;
  readonly #onDue: () => void;

  /** @param onDue is called when nobody should wait any more */
  constructor(onDue: () => void) {
    this.#onDue = onDue;
  }

  /**
   * Whether so many go now: when they are enough, when no others can come, or when they have waited.
   * Those that stay are told of by `onDue`.
   */
  isTime(gathered: number, { enough, othersCome }: { enough: number; othersCome: boolean }): boolean {
    if (gathered === 0) return false;
    if (gathered >= enough || !othersCome || this.#isDue) {
      this.#isDue = false;
      return true;
    }
    if (!this.#timer)
      this.#timer = setTimeout(() => {
        this.#timer = null;
        this.#isDue = true;
        this.#onDue();
      }, GATHER_MS);
    return false;
  }
}
