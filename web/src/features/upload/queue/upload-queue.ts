import { takeBatch } from './batch.ts';
import { decide, UploadFailure } from './retry.ts';
import { SpeedMeter, timeLeftMs } from './speed.ts';
import { applyCompleteResult, applyDeclareResult } from './apply-results.ts';
import { Gatherer } from './gatherer.ts';
import { PauseReasons } from './pause-reasons.ts';
import type { CompleteResult, UploadTransport } from '../transport/upload-transport.ts';
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

const MAX_SENDING = 4;
const MAX_HASHING = 2;
/** The maximum number of hashed files. Hashing more would read files long before they are sent. */
const MAX_HASHED = 300;
/** Requests new targets when fewer than this many are left. */
const FEW_TARGETS = 8;
/** Requests targets as soon as this many files are hashed. */
const DECLARE_BATCH = 50;
const COMPLETE_BATCH = 25;
const MAX_COMPLETE_REQUESTS = 2;

export interface QueueOptions {
  transport: UploadTransport;
  /** Returns the maximum size of a file, or null if it is not known yet. */
  maxFileBytes: () => number | null;
  /** Called after each change of the queue. */
  onChange: () => void;
}

/** Uploads files: hashes, declares, sends and completes them, and continues after interruptions. */
export class UploadQueue {
  readonly #list = new UploadList();
  readonly #speed = new SpeedMeter();
  readonly #files = new Map<number, File>();
  readonly #running = new Map<number, AbortController>();
  /** By checksum, the item that is being uploaded. Items with the same content wait for its result. */
  readonly #claims = new Map<string, number>();
  /** Checksums of photos that are known to be in the library. */
  readonly #known = new Set<string>();
  readonly #pauseReasons = new PauseReasons();
  readonly #toDeclare = new Gatherer(() => this.#pump());
  readonly #toComplete = new Gatherer(() => this.#pump());
  readonly #options: QueueOptions;
  #lastId = 0;
  #isPaused = false;
  #completions = 0;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  add(files: readonly ChosenFile[]): void {
    for (const { file, folder } of files) {
      const id = ++this.#lastId;
      const item = newItem(id, file, folder);
      const reason = this.#reasonToRefuse(file);
      this.#list.put(reason ? { ...item, state: 'failed', reason } : item);
      this.#files.set(id, file);
    }
    this.#pump();
  }

  /** Stops immediately. A partly sent file is sent again from its start later. */
  pause(): void {
    this.#isPaused = true;
    for (const item of this.#list.in('sending')) this.#stop(item, { state: 'declared', sentBytes: 0 });
    for (const item of this.#list.in('hashing')) this.#stop(item, { state: 'waiting' });
    this.#speed.reset();
    this.#pump();
  }

  resume(): void {
    this.#isPaused = false;
    this.#pump();
  }

  /** Cancels some items, or all that can be cancelled. */
  cancel(ids?: readonly number[]): void {
    for (const item of this.#select(ids))
      if (canCancel(item)) this.#stop(item, { state: 'cancelled', sentBytes: 0, target: null });
    this.#pump();
  }

  /** Retries some items, or all that failed for a temporary reason. */
  retry(ids?: readonly number[]): void {
    for (const item of this.#select(ids)) {
      if (!canRetry(item) || (!ids && item.state === 'cancelled')) continue;
      const { name, sizeBytes, folder } = item;
      const file = this.#files.get(item.id);
      if (file) this.#set(item.id, { ...newItem(item.id, file, folder), name, sizeBytes });
    }
    this.#pump();
  }

  /** Removes all settled items from the list. */
  clear(): void {
    for (const item of this.#list.all()) {
      if (!isSettled(item)) continue;
      this.#list.remove(item.id);
      this.#files.delete(item.id);
    }
    this.#options.onChange();
  }

  /** Changes items whose photos were restored from the trash to duplicates. */
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
      isPaused: this.#isPaused,
      pauseReason: this.#pauseReasons.current,
      bytesPerSecond,
      timeLeftMs: timeLeftMs(totals.allBytes - totals.pastBytes, bytesPerSecond),
    };
  }

  /** Starts all steps that can start now. */
  #pump(): void {
    if (!this.#isPaused) this.#startHashing();
    if (!this.#isPaused && !this.#pauseReasons.current) {
      this.#startDeclaring();
      this.#startSending();
    }
    if (!this.#pauseReasons.current) this.#startCompleting();
    if (this.#list.count('sending') === 0 && this.#list.count('declared') === 0) this.#speed.reset();
    this.#options.onChange();
  }

  #startHashing(): void {
    for (const item of this.#ready('waiting')) {
      if (this.#list.count('hashing') >= MAX_HASHING) return;
      if (this.#list.count('hashed', 'declared') >= MAX_HASHED) return;
      void this.#step(item, 'hashing', async (file, signal) => ({
        state: 'hashed',
        checksum: await this.#options.transport.hash(file, signal),
      }));
    }
  }

  #startDeclaring(): void {
    if (this.#list.count('declaring') > 0 || this.#list.count('declared') >= FEW_TARGETS) return;
    const items = takeBatch(this.#withoutDuplicates());
    const expectsMore = this.#list.count('waiting', 'hashing') > 0;
    if (!this.#toDeclare.isDue(items.length, { enough: DECLARE_BATCH, expectsMore })) return;
    for (const { id, checksum } of items) this.#claims.set(checksum ?? '', id);
    const files = items.map(({ id, name, sizeBytes, checksum }) => ({
      filename: name,
      contentType: this.#files.get(id)?.type ?? '',
      sizeBytes,
      checksum: checksum ?? '',
    }));
    void this.#batch(items, 'declaring', async () =>
      (await this.#options.transport.declare(files)).map(applyDeclareResult),
    );
  }

  #startSending(): void {
    for (const item of this.#ready('declared')) {
      if (this.#list.count('sending') >= MAX_SENDING) return;
      const { id, target } = item;
      if (!target) continue;
      void this.#step(item, 'sending', async (file, signal) => {
        await this.#options.transport.put(target, file, (bytes) => this.#progress(id, bytes, signal), signal);
        this.#progress(id, file.size, signal);
        return { state: 'sent' };
      });
    }
  }

  #startCompleting(): void {
    const ready = [...this.#ready('sent')].slice(0, COMPLETE_BATCH);
    if (this.#completions >= MAX_COMPLETE_REQUESTS) return;
    const expectsMore = this.#list.count('sending') > 0;
    if (!this.#toComplete.isDue(ready.length, { enough: COMPLETE_BATCH, expectsMore })) return;
    this.#completions += 1;
    const complete = async () => {
      const ids = ready.map(({ target }) => target?.id ?? '');
      await this.#batch(ready, 'completing', async () =>
        (await this.#options.transport.complete(ids)).map((result, at) => this.#completed(ready[at], result)),
      );
      this.#completions -= 1;
      this.#pump();
    };
    void complete();
  }

  /** Runs one step of one item, and applies its result or the decision after a failure. */
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
    // The step was aborted, and may have been started again. Its result is ignored.
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
      // An item that was cancelled in the meantime stays cancelled.
      if (this.#list.get(id)?.state === state) this.#set(id, patch);
    }
    this.#pump();
  }

  /** Returns the changes of an item whose step failed. `item` is its state before the step. */
  #afterFailure(item: UploadItem, failure: UploadFailure): Patch {
    void this.#pauseFor(failure);
    const { attempts, state } = item;
    const decision = decide(failure, state, attempts);
    const { requestId = null } = failure;
    if (decision.next === 'fail')
      return { state: 'failed', reason: decision.reason, requestId, sentBytes: 0 };
    const { from, delayMs, countsAsAttempt } = decision;
    // Adds 20 ms, because a timer may fire slightly early.
    if (delayMs > 0) setTimeout(() => this.#pump(), delayMs + 20);
    return {
      state: from,
      sentBytes: 0,
      attempts: attempts + (countsAsAttempt ? 1 : 0),
      notBefore: performance.now() + delayMs,
      ...(from === 'sent' || from === 'declared' ? {} : { target: null }),
    };
  }

  async #pauseFor({ kind, retryAfterMs }: UploadFailure): Promise<void> {
    const { transport } = this.#options;
    if (kind === 'offline' || kind === 'signed-out')
      await this.#pauseReasons.until(kind, transport.whenReachable());
    else if (kind === 'busy') await this.#pauseReasons.until(kind, later(retryAfterMs));
    else return;
    this.#pump();
  }

  #completed(item: UploadItem | undefined, result: CompleteResult): Patch {
    const outcome = applyCompleteResult(result);
    if (!(outcome instanceof UploadFailure)) return outcome;
    if (!item) return { state: 'failed', reason: 'FAULT' };
    // If the target is incomplete, the file is sent again. Repeating the completion would not help.
    const from = outcome.kind === 'incomplete' ? 'declared' : item.state;
    return this.#afterFailure({ ...item, state: from }, outcome);
  }

  /** The hashed items, except those whose content is being uploaded by another item. */
  *#withoutDuplicates(): Generator<UploadItem> {
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
    const releasesClaim = isSettled(item) || item.state === 'waiting';
    if (releasesClaim && before.checksum !== null && this.#claims.get(before.checksum) === id)
      this.#claims.delete(before.checksum);
    if (!isSettled(item) || item.state === 'failed' || item.state === 'cancelled') return;
    this.#files.delete(id);
    if (item.checksum !== null) this.#known.add(item.checksum);
  }

  #select(ids: readonly number[] | undefined): UploadItem[] {
    return ids ? ids.flatMap((id) => this.#list.get(id) ?? []) : this.#list.all();
  }

  /** Returns why a file cannot be accepted, from its size and type alone; null if it may be. */
  #reasonToRefuse({ size, type }: File): 'FILE_TOO_LARGE' | 'UNSUPPORTED_FORMAT' | null {
    if (/^(video|audio)\//.test(type)) return 'UNSUPPORTED_FORMAT';
    const limit = this.#options.maxFileBytes();
    return limit !== null && size > limit ? 'FILE_TOO_LARGE' : null;
  }
}

/** Converts an error into an UploadFailure. Unexpected errors become faults. */
function asFailure(error: unknown): UploadFailure {
  return error instanceof UploadFailure ? error : new UploadFailure('fault', { cause: error });
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
