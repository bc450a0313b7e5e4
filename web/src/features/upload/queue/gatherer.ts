/** The maximum time that an item waits for further items. */
const GATHER_MS = 400;

/** Decides when the gathered items are sent, so that one request contains many items but no item waits for long. */
export class Gatherer {
  #timer: ReturnType<typeof setTimeout> | null = null;
  #hasWaited = false;
  readonly #onDue: () => void;

  /** @param onDue called when the items have waited for the maximum time */
  constructor(onDue: () => void) {
    this.#onDue = onDue;
  }

  /**
   * Returns whether the gathered items are to be sent now: if there are enough, if no more are expected, or if they
   * have waited for the maximum time. If it returns false although there are items, `onDue` is called later.
   * @param gathered the number of items
   */
  isDue(gathered: number, { enough, expectsMore }: { enough: number; expectsMore: boolean }): boolean {
    if (gathered === 0) return false;
    if (gathered >= enough || !expectsMore || this.#hasWaited) {
      this.#hasWaited = false;
      return true;
    }
    if (!this.#timer)
      this.#timer = setTimeout(() => {
        this.#timer = null;
        this.#hasWaited = true;
        this.#onDue();
      }, GATHER_MS);
    return false;
  }
}
