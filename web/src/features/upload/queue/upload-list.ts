import { canRetry, type UploadItem, type UploadState } from './upload-item.ts';

/** Sums over all items. The numbers of bytes exclude failed and cancelled items. */
export interface Totals {
  count: Readonly<Record<UploadState, number>>;
  files: number;
  /** The number of failed items that can be retried. */
  retryable: number;
  allBytes: number;
  /** Bytes that were sent, or that need not be sent because the photo is already in the library. */
  pastBytes: number;
}

const NONE: Readonly<Record<UploadState, number>> = {
  waiting: 0,
  hashing: 0,
  hashed: 0,
  declaring: 0,
  declared: 0,
  sending: 0,
  sent: 0,
  completing: 0,
  done: 0,
  duplicate: 0,
  trashed: 0,
  failed: 0,
  cancelled: 0,
};

export const NO_TOTALS: Totals = { count: NONE, files: 0, retryable: 0, allBytes: 0, pastBytes: 0 };

/** The items of the queue, in the order in which they were added. Maintains an index by state and the sums. */
export class UploadList {
  readonly #items = new Map<number, UploadItem>();
  readonly #byState = new Map<UploadState, Set<number>>();
  readonly #count = { ...NONE };
  #retryable = 0;
  #allBytes = 0;
  #pastBytes = 0;

  get(id: number): UploadItem | undefined {
    return this.#items.get(id);
  }

  all(): UploadItem[] {
    return [...this.#items.values()];
  }

  put(item: UploadItem): void {
    this.remove(item.id, true);
    this.#items.set(item.id, item);
    const peers = this.#byState.get(item.state) ?? new Set();
    this.#byState.set(item.state, peers.add(item.id));
    this.#account(item, 1);
  }

  /** Removes an item. @param replaced keeps its position in the list for a new version of the item */
  remove(id: number, replaced = false): void {
    const item = this.#items.get(id);
    if (!item) return;
    this.#byState.get(item.state)?.delete(id);
    this.#account(item, -1);
    if (!replaced) this.#items.delete(id);
  }

  /** Yields the items in a state, in the order in which they entered it. */
  *in(state: UploadState): Generator<UploadItem> {
    for (const id of this.#byState.get(state) ?? []) {
      const item = this.#items.get(id);
      if (item) yield item;
    }
  }

  count(...states: UploadState[]): number {
    return states.reduce((sum, state) => sum + this.#count[state], 0);
  }

  totals(): Totals {
    return {
      count: { ...this.#count },
      files: this.#items.size,
      retryable: this.#retryable,
      allBytes: this.#allBytes,
      pastBytes: this.#pastBytes,
    };
  }

  #account(item: UploadItem, sign: 1 | -1): void {
    this.#count[item.state] += sign;
    if (item.state === 'failed' && canRetry(item)) this.#retryable += sign;
    if (item.state === 'failed' || item.state === 'cancelled') return;
    this.#allBytes += sign * item.sizeBytes;
    this.#pastBytes += sign * pastBytes(item);
  }
}

function pastBytes({ state, sizeBytes, sentBytes }: UploadItem): number {
  if (state === 'sending') return Math.min(sentBytes, sizeBytes);
  return ['sent', 'completing', 'done', 'duplicate', 'trashed'].includes(state) ? sizeBytes : 0;
}
