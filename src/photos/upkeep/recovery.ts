import { type BeforeApplicationShutdown, Inject, Injectable, Logger } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.ts';
import { RecoveryRepository } from '../../metadata/photos/recovery.repository.ts';
import { originalsOf } from '../objects/photo-keys.ts';
import { PhotoRemaker, type Recovered } from './photo-remaker.ts';
import { UnknownOriginals } from './unknown-originals.ts';

const EVERY_MS = 2_000;
/** How long a library in which something failed is left alone. */
const RETRY_MS = 60_000;
const PAGE = 500;

/** How many originals and rows of a person came to what. */
type Tally = Record<Recovered | 'failed', number>;

/**
 * With RECOVER_DATABASE, beside the running service: goes through the libraries of all people, makes photos again from
 * originals that the database does not know, and sees to rows whose objects are gone. It goes by the people who have a
 * row, because a folder does not tell whose it is, and looks for new ones again and again. It may be cut short any time.
 */
@Injectable()
export class Recovery implements BeforeApplicationShutdown {
  readonly #log = new Logger(Recovery.name);
  /** When each person's library is to be gone through again. */
  readonly #next = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #isStopping = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly originals: UnknownOriginals,
    private readonly rows: RecoveryRepository,
    private readonly remaker: PhotoRemaker,
  ) {}

  /** Begins, where it is asked for. Not before the first sweep is over, which takes what is staged for dead. */
  start(): void {
    if (!this.config.recoverDatabase) return;
    this.#timer = setInterval(() => void this.run(), EVERY_MS).unref();
    void this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#isStopping = true;
    if (this.#timer) clearInterval(this.#timer);
    await this.#running;
  }

  /** Goes through the libraries that it has not gone through without a failure yet. One run at a time; never rejects. */
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
      if ((this.#next.get(userId) ?? 0) > Date.now()) continue;
      const tally = await this.#recover(userId);
      if (this.#isStopping) return;
      this.#next.set(userId, tally.failed === 0 ? Infinity : Date.now() + RETRY_MS);
      this.#log.warn({ userId, ...tally }, 'A library was recovered.');
    }
  }

  async #recover(userId: string): Promise<Tally> {
    const tally: Tally = {
      made: 0,
      repaired: 0,
      trashed: 0,
      duplicate: 0,
      unreadable: 0,
      whole: 0,
      failed: 0,
    };
    for await (const page of this.originals.find(originalsOf(userId)))
      await this.#each(tally, page, (original) => this.remaker.remake(userId, original));
    for (let after: string | undefined = ''; after !== undefined && !this.#isStopping;) {
      const page = await this.rows.findPhotoKeys(userId, after, PAGE);
      await this.#each(tally, page, ({ id, keys }) => this.remaker.check(userId, id, keys));
      after = page.at(-1)?.id;
    }
    return tally;
  }

  /** As many at a time as there are workers; none once the service stops. */
  async #each<T>(tally: Tally, items: readonly T[], act: (item: T) => Promise<Recovered>): Promise<void> {
    const left = items.values();
    const lane = async (): Promise<void> => {
      for (const item of left) {
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
    this.#log.warn({ err: error }, 'A part of the recovery failed; it is tried again.');
  }
}
