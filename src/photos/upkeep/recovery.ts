import { type BeforeApplicationShutdown, Inject, Injectable, Logger } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.ts';
import { RecoveryRepository } from '../../metadata/photos/recovery.repository.ts';
import { originalsOf } from '../objects/photo-keys.ts';
import { PhotoRemaker, type RecoveryOutcome } from './photo-remaker.ts';
import { UnknownOriginals } from './unknown-originals.ts';

/** Milliseconds between two runs. */
const INTERVAL_MS = 2_000;
/** Milliseconds until a library with failures is recovered again. */
const RETRY_MS = 60_000;
const PAGE_SIZE = 500;

/** The number of a user's originals and rows by outcome. */
type Tally = Record<RecoveryOutcome | 'failed', number>;

/**
 * Recovers the libraries of all users while the service runs, if RECOVER_DATABASE is set. Creates photos from
 * originals that the database does not know, and repairs rows whose objects are missing. It iterates over the users
 * in the database, because the name of a folder does not identify its owner, and repeatedly checks for new users.
 * It can be interrupted at any time.
 */
@Injectable()
export class Recovery implements BeforeApplicationShutdown {
  readonly #log = new Logger(Recovery.name);
  /** The time at which each user's library is next due, in milliseconds since 1970. */
  readonly #dueAt = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #isStopping = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly originals: UnknownOriginals,
    private readonly rows: RecoveryRepository,
    private readonly remaker: PhotoRemaker,
  ) {}

  /**
   * Starts the recovery if it is enabled. Must not be called before the first sweep has ended, because that sweep
   * removes staged bytes as abandoned.
   */
  start(): void {
    if (!this.config.recoverDatabase) return;
    this.#timer = setInterval(() => void this.run(), INTERVAL_MS).unref();
    void this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#isStopping = true;
    if (this.#timer) clearInterval(this.#timer);
    await this.#running;
  }

  /**
   * Recovers the libraries that have not been recovered without a failure. A call during a run returns that run.
   * Never rejects.
   */
  run(): Promise<void> {
    this.#running ??= this.#run()
      .catch((error: unknown) => this.#warn(error))
      .finally(() => {
        this.#running = null;
      });
    return this.#running;
  }

  async #run(): Promise<void> {
    for (const userId of await this.rows.findUserIds()) {
      if ((this.#dueAt.get(userId) ?? 0) > Date.now()) continue;
      const tally = await this.#recover(userId);
      if (this.#isStopping) return;
      this.#dueAt.set(userId, tally.failed === 0 ? Infinity : Date.now() + RETRY_MS);
      this.#log.warn({ userId, ...tally }, 'A library was recovered.');
    }
  }

  async #recover(userId: string): Promise<Tally> {
    const tally: Tally = {
      remade: 0,
      repaired: 0,
      trashed: 0,
      duplicate: 0,
      unreadable: 0,
      complete: 0,
      failed: 0,
    };
    for await (const page of this.originals.find(originalsOf(userId)))
      await this.#each(tally, page, (original) => this.remaker.remake(userId, original));
    for (let after: string | undefined = ''; after !== undefined && !this.#isStopping;) {
      const page = await this.rows.findPhotoKeys(userId, after, PAGE_SIZE);
      await this.#each(tally, page, ({ id, keys }) => this.remaker.check(userId, id, keys));
      after = page.at(-1)?.id;
    }
    return tally;
  }

  /** Processes as many items concurrently as there are image workers, and none once the service stops. */
  async #each<T>(
    tally: Tally,
    items: readonly T[],
    act: (item: T) => Promise<RecoveryOutcome>,
  ): Promise<void> {
    const remaining = items.values();
    const lane = async (): Promise<void> => {
      for (const item of remaining) {
        if (this.#isStopping) return;
        const outcome = await act(item).catch((error: unknown) => {
          this.#warn(error);
          return 'failed' as const;
        });
        tally[outcome]++;
      }
    };
    await Promise.all(Array.from({ length: this.config.imageWorkers }, lane));
  }

  #warn(error: unknown): void {
    this.#log.warn({ err: error }, 'A part of the recovery failed and will be repeated.');
  }
}
