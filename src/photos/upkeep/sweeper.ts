import { IntentCleaner } from '../upload/intent-cleaner.ts';
import { DAY_MS } from '../../config/units.ts';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { validate } from 'uuid';
import { CONFIG, type Config } from '../../config/config.ts';
import { Database } from '../../database/database.ts';
import { UserErrorCode } from '../../graphql/types/user-error.ts';
import { PhotoRepository } from '../../metadata/photos/photo.repository.ts';
import { TombstoneRepository } from '../../metadata/uploads/tombstone.repository.ts';
import {
  UploadRepository,
  type UploadRow,
  type UploadState,
} from '../../metadata/uploads/upload.repository.ts';
import { ObjectStore } from '../../storage/object-store.ts';
import { Staging } from '../../storage/staging/staging.ts';
import { UploadTargets } from '../../storage/upload-targets.ts';
import { ObjectRemover } from '../objects/object-remover.ts';
import { uuidTime } from '../objects/photo-keys.ts';
import { PhotosService } from '../library/photos.service.ts';
import { Recovery } from './recovery.ts';
import { FOREVER } from '../upload/lifetimes.ts';
import { refusedOutcome } from '../upload/refusals.ts';
import { UploadLedger } from '../upload/upload-ledger.ts';

/** Milliseconds between two sweeps. */
const INTERVAL_MS = 60_000;
const BATCH_SIZE = 200;
/** Milliseconds after which a staged file without a row is an orphan. Longer than any upload takes to arrive. */
const ORPHAN_MS = 60 * 60_000;
/**
 * Milliseconds after which bytes in a bucket without a row are strays. Longer than any target waits for its bytes.
 */
const STRAY_MS = 2 * 60 * 60_000;
/** Milliseconds between two searches for strays, each of which costs at least one request to the bucket. */
const STRAYS_INTERVAL_MS = 10 * 60_000;

/**
 * Removes expired intents, targets and outcomes, tombstones with their objects, abandoned staged bytes, and photos
 * whose time in the trash has ended. Every step checks its row again before it acts.
 */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #log = new Logger(Sweeper.name);
  #timer: NodeJS.Timeout | null = null;
  #straysAfter = 0;
  #isStopping = false;
  #running: Promise<void> | null = null;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly store: ObjectStore,
    private readonly staging: Staging,
    private readonly targets: UploadTargets,
    private readonly photos: PhotoRepository,
    private readonly uploads: UploadRepository,
    private readonly tombstones: TombstoneRepository,
    private readonly ledger: UploadLedger,
    private readonly remover: ObjectRemover,
    private readonly cleaner: IntentCleaner,
    private readonly service: PhotosService,
    private readonly recovery: Recovery,
  ) {}

  /**
   * Sweeps before the first request. If no other process can have the database open, all unfinished work is
   * abandoned.
   */
  async onApplicationBootstrap(): Promise<void> {
    await this.#attempt(() => this.sweep({ afterCrash: !this.database.capabilities.severalProcesses }));
    this.#timer = setInterval(() => void this.#attempt(() => this.sweep()), INTERVAL_MS).unref();
    this.recovery.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#isStopping = true;
    if (this.#timer) clearInterval(this.#timer);
    await this.#running;
  }

  /**
   * Runs a sweep. A call during a sweep returns that sweep.
   * @param options.afterCrash whether all unfinished work is abandoned, regardless of its age
   */
  sweep(options: { afterCrash?: boolean } = {}): Promise<void> {
    this.#running ??= this.#sweep(options.afterCrash ?? false).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #sweep(afterCrash: boolean): Promise<void> {
    const expiredBy = afterCrash ? FOREVER : new Date();
    await this.#each(
      () => this.uploads.findExpired(expiredBy, 'intents', BATCH_SIZE),
      (upload) => this.cleaner.clear(upload.id, expiredBy),
    );
    const age = afterCrash ? 0 : ORPHAN_MS;
    await this.#attempt(() => this.store.discardUnfinished(age));
    await this.#each(
      () => this.uploads.findExpired(new Date(), 'others', BATCH_SIZE),
      (upload) => this.#expire(upload),
    );
    await this.#each(
      () => this.#findOldTrash(),
      ({ userId, ids, before }) => this.service.deletePermanently(userId, ids, before),
    );
    await this.#each(
      () => this.tombstones.findSome(BATCH_SIZE),
      (tombstone) => this.remover.clearTombstones([tombstone]),
    );
    await this.#removeOrphans(afterCrash);
    await this.#attempt(() => this.#removeStrays(afterCrash));
  }

  /**
   * Processes items in batches until none are left or a batch makes no progress. The failure of one item does not
   * prevent the processing of the others.
   */
  async #each<T>(find: () => Promise<T[]>, act: (item: T) => Promise<unknown>): Promise<void> {
    let previous = '';
    for (;;) {
      const items = await find();
      const batch = JSON.stringify(items);
      if (items.length === 0 || batch === previous) return;
      previous = batch;
      for (const item of items) {
        // Checked for each item, because an unresponsive store delays every one of them.
        if (this.#isStopping) return;
        await this.#attempt(() => act(item));
      }
    }
  }

  /** Removes staged bytes only if the row could be ended, because a late PUT may have changed it first. */
  async #expire(upload: UploadRow): Promise<void> {
    const outcome = refusedOutcome(UserErrorCode.UPLOAD_EXPIRED);
    const isEnded =
      upload.state === 'open'
        ? await this.ledger.finish(upload, 'open', outcome)
        : await this.ledger.remove(upload, ['received', 'done', 'refused']);
    if (isEnded) await this.targets.remove(upload.id);
  }

  async #findOldTrash(): Promise<{ userId: string; ids: string[]; before: Date }[]> {
    const before = new Date(Date.now() - this.config.trashDays * DAY_MS);
    const found = await this.photos.findTrashedBefore(before, BATCH_SIZE);
    const byUser = Map.groupBy(found, (photo) => photo.userId);
    return [...byUser].map(([userId, photos]) => ({ userId, ids: photos.map((photo) => photo.id), before }));
  }

  async #removeOrphans(afterCrash: boolean): Promise<void> {
    const old = (await this.staging.list()).filter((file) => afterCrash || file.ageMs > ORPHAN_MS);
    for (let start = 0; start < old.length; start += BATCH_SIZE) {
      const files = old.slice(start, start + BATCH_SIZE);
      const needed = await this.uploads.findNeedingBytes(files.map((file) => file.uploadId));
      for (const file of files) {
        const isComplete = file.name === file.uploadId;
        // Bytes sent to a bucket are still there and will be staged again.
        const isCopy = afterCrash && this.targets.direct;
        if (!isComplete || isCopy || !needed.has(file.uploadId)) await this.staging.remove(file.name);
      }
    }
  }

  /**
   * Removes bytes in a bucket whose upload has finished, because their removal failed or they arrived late, and
   * old bytes without a row. The age of an upload is that of its ID, because its bytes cannot be older.
   */
  async #removeStrays(afterCrash: boolean): Promise<void> {
    if (Date.now() < this.#straysAfter) return;
    this.#straysAfter = Date.now() + STRAYS_INTERVAL_MS;
    for await (const ids of this.targets.listRemote()) {
      const uploadIds = ids.filter((id) => validate(id));
      for (let start = 0; start < uploadIds.length; start += BATCH_SIZE) {
        const batch = uploadIds.slice(start, start + BATCH_SIZE);
        const states = await this.uploads.findStates(batch);
        for (const id of batch) {
          const state = states.get(id);
          const isOld = afterCrash || Date.now() - uuidTime(id) > STRAY_MS;
          if (state ? isFinished(state) : isOld) await this.targets.remove(id);
        }
      }
    }
  }

  /** Logs an error of `act` instead of throwing it. */
  async #attempt(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#log.warn({ err: error }, 'A part of the sweep failed. The next sweep repeats it.');
    }
  }
}

/** Whether the upload's outcome is final, so that its staged bytes are no longer needed. */
function isFinished(state: UploadState): boolean {
  return state === 'done' || state === 'refused';
}
