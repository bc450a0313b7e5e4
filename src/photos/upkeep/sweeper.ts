import { IntentCleaner } from '../upload/intent-cleaner.ts';
import { AuditLog } from '../../observability/audit-log.ts';
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
import { madeAt } from '../objects/photo-keys.ts';
import { PhotosService } from '../library/photos.service.ts';
import { Recovery } from './recovery.ts';
import { refusal } from '../upload/refusals.ts';
import { UploadLedger } from '../upload/upload-ledger.ts';

const EVERY_MS = 60_000;
const BATCH = 200;
/** A staged file that no row wants is that of an upload that is arriving, unless it is as old as no upload gets. */
const ORPHAN_MS = 60 * 60_000;
/** Longer than the row of a target waits for its bytes: bytes without a row are nobody's then. */
const STRAY_MS = 2 * 60 * 60_000;
/** Each look is a request that costs. */
const STRAYS_EVERY_MS = 10 * 60_000;
const FOREVER = new Date('9999-01-01T00:00:00Z');

/** Removes what came to nothing or is over: intents, targets, tombstones, staged bytes, old trash. Every step re-checks its row. */
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
    private readonly audit: AuditLog,
  ) {}

  /** Before the first request: where nobody else has the database open, whatever is unfinished was left by a crash. */
  async onApplicationBootstrap(): Promise<void> {
    await this.#quietly(() => this.sweep({ afterCrash: this.database.exclusive }));
    this.#timer = setInterval(() => void this.#quietly(() => this.sweep()), EVERY_MS).unref();
    this.recovery.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#isStopping = true;
    if (this.#timer) clearInterval(this.#timer);
    await this.#running;
  }

  /** One sweep at a time; a call during one waits for it and gives its result. `afterCrash`: nothing is in use. */
  sweep(options: { afterCrash?: boolean } = {}): Promise<void> {
    this.#running ??= this.#sweep(options.afterCrash ?? false).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #sweep(afterCrash: boolean): Promise<void> {
    const expiredBy = afterCrash ? FOREVER : new Date();
    await this.#each(
      () => this.uploads.findExpired(expiredBy, 'intents', BATCH),
      (upload) => this.cleaner.clear(upload.id, expiredBy),
    );
    if (afterCrash) await this.#quietly(() => this.store.discardUnfinished());
    await this.#each(
      () => this.uploads.findExpired(new Date(), 'others', BATCH),
      (upload) => this.#expire(upload),
    );
    await this.#each(
      () => this.#findOldTrash(),
      (trash) => this.#purge(trash),
    );
    await this.#each(
      () => this.tombstones.findSome(BATCH),
      (tombstone) => this.remover.bury([tombstone]),
    );
    await this.#removeOrphans(afterCrash);
    await this.#quietly(() => this.#removeStrays(afterCrash));
  }

  /** In batches until there are no more, or until a batch gets nowhere. What fails does not keep back what comes after it. */
  async #each<T>(find: () => Promise<T[]>, act: (item: T) => Promise<unknown>): Promise<void> {
    let previous = '';
    for (;;) {
      const items = await find();
      const print = JSON.stringify(items);
      if (items.length === 0 || print === previous) return;
      previous = print;
      for (const item of items) {
        // A store that does not answer takes its time for each.
        if (this.#isStopping) return;
        await this.#quietly(() => act(item));
      }
    }
  }

  /** Staged bytes go only where the row says so in the end: a late PUT may have been quicker. */
  async #expire(upload: UploadRow): Promise<void> {
    const { message } = refusal(UserErrorCode.UPLOAD_EXPIRED, null);
    const outcome = { kind: 'refused', code: UserErrorCode.UPLOAD_EXPIRED, message } as const;
    const isOver =
      upload.state === 'open'
        ? await this.ledger.finish(upload, 'open', outcome)
        : await this.ledger.remove(upload.id, ['received', 'done', 'refused']);
    if (isOver) await this.targets.remove(upload.id);
  }

  async #findOldTrash(): Promise<{ userId: string; ids: string[]; before: Date }[]> {
    const before = new Date(Date.now() - this.config.trashDays * DAY_MS);
    const found = await this.photos.findTrashedBefore(before, BATCH);
    const people = Map.groupBy(found, (photo) => photo.userId);
    return [...people].map(([userId, photos]) => ({ userId, ids: photos.map((photo) => photo.id), before }));
  }

  async #purge({ userId, ids, before }: { userId: string; ids: string[]; before: Date }): Promise<void> {
    const photoIds = await this.service.deleteForGood(userId, ids, before);
    if (photoIds.length > 0) this.audit.record({ action: 'photo.purge', outcome: 'done', userId, photoIds });
  }

  async #removeOrphans(afterCrash: boolean): Promise<void> {
    const old = (await this.staging.list()).filter((file) => afterCrash || file.ageMs > ORPHAN_MS);
    for (let start = 0; start < old.length; start += BATCH) {
      const files = old.slice(start, start + BATCH);
      const wanted = await this.uploads.findNeedingBytes(files.map((file) => file.uploadId));
      for (const file of files) {
        const isWhole = file.name === file.uploadId;
        // What arrived elsewhere is still there, and read again.
        const isCopy = afterCrash && this.targets.direct;
        if (!isWhole || isCopy || !wanted.has(file.uploadId)) await this.staging.remove(file.name);
      }
    }
  }

  /**
   * What lies elsewhere and whose row is over, because a removal failed or bytes came late; or has no row. Its age is that of
   * its id, and at most that of its bytes.
   */
  async #removeStrays(afterCrash: boolean): Promise<void> {
    if (Date.now() < this.#straysAfter) return;
    this.#straysAfter = Date.now() + STRAYS_EVERY_MS;
    for await (const ids of this.targets.listRemote()) {
      const ours = ids.filter((id) => validate(id));
      for (let start = 0; start < ours.length; start += BATCH) {
        const some = ours.slice(start, start + BATCH);
        const states = await this.uploads.findStates(some);
        for (const id of some) {
          const state = states.get(id);
          const isOld = afterCrash || Date.now() - madeAt(id) > STRAY_MS;
          if (state ? isSettled(state) : isOld) await this.targets.remove(id);
        }
      }
    }
  }

  async #quietly(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#log.warn({ err: error }, 'A part of the sweep failed; the next sweep tries again.');
    }
  }
}

/** Its answer stands, and its bytes are kept or not wanted. */
function isSettled(state: UploadState): boolean {
  return state === 'done' || state === 'refused';
}
