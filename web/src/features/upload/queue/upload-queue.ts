import { takeBatch } from './batch.ts';
import { decide, UploadFailure } from './retry.ts';
import { SpeedMeter, timeLeftMs } from './speed.ts';
import { afterCompletion, afterDeclaration } from './apply-results.ts';
import { Gatherer } from './gatherer.ts';
import { Holds } from './holds.ts';
import type { CompleteAnswer, UploadDoors } from '../transport/upload-doors.ts';
import {
  canCancel,
  canRetry,
  isSettled,
  newItem,
  type Patch,
  type UploadItem,
  type UploadState,
} from './upload-item.ts';
import { UploadList } from './upload-list.ts';
import type { ChosenFile, UploadsSnapshot } from './uploads-snapshot.ts';

/** Files that are sent at the same time. */
const LANES = 4;
const HASHED_AT_ONCE = 2;
/** Files whose hash waits for its turn; more would be read long before they are sent. */
const HASHED_AHEAD = 300;
/** New targets are asked for when fewer than so many wait. */
const FEW_TARGETS = 8;
/** So many files are worth a request of their own. */
const DECLARED_TOGETHER = 50;
const COMPLETED_AT_ONCE = 25;
const COMPLETIONS = 2;

export interface QueueOptions {
  doors: UploadDoors;
  /** The largest file that is taken; null where nobody knows. */
  maxFileBytes: () => number | null;
  /** Something is not as it was. */
  onChange: () => void;
}

/** Brings files into the library: hashes, declares, sends and completes them, and goes on after what interrupts that. */
export class UploadQueue {
  readonly #list = new UploadList();
  readonly #speed = new SpeedMeter();
  readonly #files = new Map<number, File>();
  readonly #running = new Map<number, AbortController>();
  /** Which file of those with the same bytes is on its way; its twins wait to hear what became of it. */
  readonly #claims = new Map<string, number>();
  /** Checksums of what is in the library by now. */
  readonly #known = new Set<string>();
  readonly #holds = new Holds();
  readonly #toDeclare = new Gatherer(() => this.#pump());
  readonly #toComplete = new Gatherer(() => this.#pump());
  readonly #options: QueueOptions;
  #lastId = 0;
  #paused = false;
  #completions = 0;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  add(files: readonly ChosenFile[]): void {
    for (const { file, folder } of files) {
      const id = ++this.#lastId;
      const item = newItem(id, file, folder);
      const reason = this.#refusedHere(file);
      this.#list.put(reason ? { ...item, state: 'failed', reason } : item);
      this.#files.set(id, file);
    }
    this.#pump();
  }

  /** Stops at once; what was half sent is sent from its beginning later. */
  pause(): void {
    this.#paused = true;
    for (const item of this.#list.in('sending')) this.#stop(item, { state: 'declared', sentBytes: 0 });
    for (const item of this.#list.in('hashing')) this.#stop(item, { state: 'waiting' });
    this.#speed.reset();
    this.#pump();
  }

  resume(): void {
    this.#paused = false;
    this.#pump();
  }

  /** Stops some, or all that can be stopped. */
  cancel(ids?: readonly number[]): void {
    for (const item of this.#these(ids))
      if (canCancel(item)) this.#stop(item, { state: 'cancelled', sentBytes: 0, target: null });
    this.#pump();
  }

  /** Takes up again some, or all that failed for a reason that may be over. */
  retry(ids?: readonly number[]): void {
    for (const item of this.#these(ids)) {
      if (!canRetry(item) || (!ids && item.state === 'cancelled')) continue;
      const { name, sizeBytes, folder } = item;
      const file = this.#files.get(item.id);
      if (file) this.#set(item.id, { ...newItem(item.id, file, folder), name, sizeBytes });
    }
    this.#pump();
  }

  /** Forgets those with which nothing more happens. */
  clear(): void {
    for (const item of this.#list.all()) {
      if (!isSettled(item)) continue;
      this.#list.remove(item.id);
      this.#files.delete(item.id);
    }
    this.#options.onChange();
  }

  /** These have come out of the trash. */
  restored(ids: readonly number[]): void {
    for (const id of ids) if (this.#list.get(id)?.state === 'trashed') this.#set(id, { state: 'duplicate' });
    this.#options.onChange();
  }

  snapshot(): UploadsSnapshot {
    const totals = this.#list.totals();
    const bytesPerSecond = this.#speed.bytesPerSecond(performance.now());
    return {
      items: this.#list.all(),
      totals,
      isPaused: this.#paused,
      hold: this.#holds.current,
      bytesPerSecond,
      timeLeftMs: timeLeftMs(totals.allBytes - totals.pastBytes, bytesPerSecond),
    };
  }

  /** Starts whatever can be started. */
  #pump(): void {
    if (!this.#paused) this.#startHashing();
    if (!this.#paused && !this.#holds.current) {
      this.#startDeclaring();
      this.#startSending();
    }
    if (!this.#holds.current) this.#startCompleting();
    if (this.#list.count('sending') === 0 && this.#list.count('declared') === 0) this.#speed.reset();
    this.#options.onChange();
  }

  #startHashing(): void {
    for (const item of this.#ready('waiting')) {
      if (this.#list.count('hashing') >= HASHED_AT_ONCE) return;
      if (this.#list.count('hashed', 'declared') >= HASHED_AHEAD) return;
      void this.#step(item, 'hashing', async (file, signal) => ({
        state: 'hashed',
        checksum: await this.#options.doors.hash(file, signal),
      }));
    }
  }

  #startDeclaring(): void {
    if (this.#list.count('declaring') > 0 || this.#list.count('declared') >= FEW_TARGETS) return;
    const items = takeBatch(this.#firstsOfTheirBytes());
    const othersCome = this.#list.count('waiting', 'hashing') > 0;
    if (!this.#toDeclare.isTime(items.length, { enough: DECLARED_TOGETHER, othersCome })) return;
    for (const { id, checksum } of items) this.#claims.set(checksum ?? '', id);
    const files = items.map(({ id, name, sizeBytes, checksum }) => ({
      filename: name,
      contentType: this.#files.get(id)?.type ?? '',
      sizeBytes,
      checksum: checksum ?? '',
    }));
    void this.#batch(items, 'declaring', async () =>
      (await this.#options.doors.declare(files)).map(afterDeclaration),
    );
  }

  #startSending(): void {
    for (const item of this.#ready('declared')) {
      if (this.#list.count('sending') >= LANES) return;
      const { id, target } = item;
      if (!target) continue;
      void this.#step(item, 'sending', async (file, signal) => {
        await this.#options.doors.put(target, file, (bytes) => this.#progress(id, bytes, signal), signal);
        this.#progress(id, file.size, signal);
        return { state: 'sent' };
      });
    }
  }

  #startCompleting(): void {
    const ready = [...this.#ready('sent')].slice(0, COMPLETED_AT_ONCE);
    if (this.#completions >= COMPLETIONS) return;
    const othersCome = this.#list.count('sending') > 0;
    if (!this.#toComplete.isTime(ready.length, { enough: COMPLETED_AT_ONCE, othersCome })) return;
    this.#completions += 1;
    const complete = async () => {
      const ids = ready.map(({ target }) => target?.id ?? '');
      await this.#batch(ready, 'completing', async () =>
        (await this.#options.doors.complete(ids)).map((answer, at) => this.#completed(ready[at], answer)),
      );
      this.#completions -= 1;
      this.#pump();
    };
    void complete();
  }

  /** Takes a file through one step; where that fails, decides what becomes of the file. */
  async #step(
    item: UploadItem,
    state: 'hashing' | 'sending',
    work: (file: File, signal: AbortSignal) => Promise<Patch>,
  ): Promise<void> {
    const file = this.#files.get(item.id);
    if (!file) return;
    const abort = new AbortController();
    this.#running.set(item.id, abort);
    this.#set(item.id, { state });
    let patch: Patch | null = null;
    try {
      patch = await work(file, abort.signal);
    } catch (error) {
      if (!abort.signal.aborted) patch = this.#afterFailure(item, asFailure(error));
    }
    // Paused, cancelled, perhaps begun again: this step has nothing to say any more.
    if (this.#running.get(item.id) !== abort) return;
    this.#running.delete(item.id);
    if (patch) this.#set(item.id, patch);
    this.#pump();
  }

  async #batch(
    items: readonly UploadItem[],
    state: 'declaring' | 'completing',
    work: () => Promise<Patch[]>,
  ): Promise<void> {
    for (const { id } of items) this.#set(id, { state });
    let patches: Patch[];
    try {
      patches = await work();
    } catch (error) {
      const failure = asFailure(error);
      patches = items.map((item) => this.#afterFailure(item, failure));
    }
    for (const [at, { id }] of items.entries()) {
      const patch = patches[at] ?? { state: 'failed', reason: 'FAULT' };
      // What was cancelled meanwhile stays so.
      if (this.#list.get(id)?.state === state) this.#set(id, patch);
    }
    this.#pump();
  }

  /** What becomes of an item whose step failed; `item` is as it was before the step. */
  #afterFailure(item: UploadItem, failure: UploadFailure): Patch {
    void this.#holdBecauseOf(failure);
    const { attempts, state } = item;
    const decision = decide(failure, state, attempts);
    const { requestId = null } = failure;
    if (decision.next === 'fail')
      return { state: 'failed', reason: decision.reason, requestId, sentBytes: 0 };
    const { from, inMs, counts } = decision;
    // A timer may ring a moment early.
    if (inMs > 0) setTimeout(() => this.#pump(), inMs + 20);
    return {
      state: from,
      sentBytes: 0,
      attempts: attempts + (counts ? 1 : 0),
      notBefore: performance.now() + inMs,
      ...(from === 'sent' || from === 'declared' ? {} : { target: null }),
    };
  }

  async #holdBecauseOf({ kind, retryAfterMs }: UploadFailure): Promise<void> {
    const { doors } = this.#options;
    if (kind === 'offline' || kind === 'signed-out') await this.#holds.until(kind, doors.answering());
    else if (kind === 'busy') await this.#holds.until(kind, later(retryAfterMs));
    else return;
    this.#pump();
  }

  #completed(item: UploadItem | undefined, answer: CompleteAnswer): Patch {
    const outcome = afterCompletion(answer);
    if (!(outcome instanceof UploadFailure)) return outcome;
    if (!item) return { state: 'failed', reason: 'FAULT' };
    // What did not arrive is sent again, not asked for again.
    const from = outcome.kind === 'incomplete' ? 'declared' : item.state;
    return this.#afterFailure({ ...item, state: from }, outcome);
  }

  /** Hashed files but for those whose bytes are on their way in another. */
  *#firstsOfTheirBytes(): Generator<UploadItem> {
    const taken = new Set<string>();
    for (const item of this.#ready('hashed')) {
      const checksum = item.checksum ?? '';
      const claimedBy = this.#claims.get(checksum) ?? item.id;
      if (!this.#known.has(checksum) && (claimedBy !== item.id || taken.has(checksum))) continue;
      taken.add(checksum);
      yield item;
    }
  }

  *#ready(state: UploadState): Generator<UploadItem> {
    const now = performance.now();
    for (const item of this.#list.in(state)) if (item.notBefore <= now) yield item;
  }

  #progress(id: number, sentBytes: number, signal: AbortSignal): void {
    const item = this.#list.get(id);
    if (!item || signal.aborted || item.state !== 'sending' || sentBytes <= item.sentBytes) return;
    this.#speed.add(sentBytes - item.sentBytes, performance.now());
    this.#set(id, { sentBytes });
    this.#options.onChange();
  }

  #stop(item: UploadItem, patch: Patch): void {
    const abort = this.#running.get(item.id);
    this.#running.delete(item.id);
    this.#set(item.id, patch);
    abort?.abort();
  }

  #set(id: number, patch: Patch): void {
    const before = this.#list.get(id);
    if (!before) return;
    const item = { ...before, ...patch };
    this.#list.put(item);
    const isOver = isSettled(item) || item.state === 'waiting';
    if (isOver && before.checksum !== null && this.#claims.get(before.checksum) === id)
      this.#claims.delete(before.checksum);
    if (!isSettled(item) || item.state === 'failed' || item.state === 'cancelled') return;
    this.#files.delete(id);
    if (item.checksum !== null) this.#known.add(item.checksum);
  }

  #these(ids: readonly number[] | undefined): UploadItem[] {
    return ids ? ids.flatMap((id) => this.#list.get(id) ?? []) : this.#list.all();
  }

  /** What is known of a file before it is read. */
  #refusedHere({ size, type }: File): 'FILE_TOO_LARGE' | 'UNSUPPORTED_FORMAT' | null {
    if (/^(video|audio)\//.test(type)) return 'UNSUPPORTED_FORMAT';
    const limit = this.#options.maxFileBytes();
    return limit !== null && size > limit ? 'FILE_TOO_LARGE' : null;
  }
}

/** Anything else that is thrown is a fault of this page. */
function asFailure(error: unknown): UploadFailure {
  return error instanceof UploadFailure ? error : new UploadFailure('fault', { cause: error });
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
