import { canRetry, type UploadItem, type UploadState } from './upload-item.ts';

/** Sums over a list of uploads. What failed or was cancelled counts for no bytes. */
export interface Totals {
  count: Readonly<Record<UploadState, number>>;
  files: number;
  /** Failed, and worth trying again. */
  retryable: number;
  allBytes: number;
  /** Sent, or never to be sent. */
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

/** Files on their way, in the order in which they came; finding the next of a state and the sums costs no walk. */
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

  /** Forgets an item; `replaced` keeps its position in the list. */
  remove(id: number, replaced = false): void {
    const item = this.#items.get(id);
    if (!item) return;
    this.#byState.get(item.state)?.delete(id);
    this.#account(item, -1);
    if (!replaced) this.#items.delete(id);
  }

  /** Those in a state, the one that came to it first at the front. */
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
