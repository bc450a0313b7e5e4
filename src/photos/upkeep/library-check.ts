import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.ts';
import { Database } from '../../database/database.ts';
import { DatabaseStartError } from '../../database/database-start-error.ts';
import { RecoveryRepository } from '../../metadata/photos/recovery.repository.ts';
import { type Original, UnknownOriginals } from './unknown-originals.ts';

/** Counted at most: a start that fails does so soon. */
const MOST = 10_000;
const SHOWN = 5;

/**
 * Before anything runs: where nothing vouches for the database, because it is new or was put there, the originals do. It
 * has to know every one of them.
 */
@Injectable()
export class LibraryCheck implements OnModuleInit {
  readonly #log = new Logger(LibraryCheck.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly rows: RecoveryRepository,
    private readonly originals: UnknownOriginals,
  ) {}

  /** @throws DatabaseStartError where originals are unknown and it is not told to recover; nothing is changed. */
  async onModuleInit(): Promise<void> {
    const { recoverDatabase } = this.config;
    const unknown = this.database.attested ? [] : await this.#findSome();
    if (unknown.length > 0) {
      const message = describe(unknown);
      if (!recoverDatabase) throw new DatabaseStartError(`${message}\n${WAYS_ON}`);
      this.#log.warn(message);
    }
    // Before the first sweep, which goes by what the rows say.
    if (recoverDatabase) await this.database.write((tx) => this.rows.protectFromSweeps(tx, new Date()));
  }

  async #findSome(): Promise<Original[]> {
    const found: Original[] = [];
    for await (const page of this.originals.find()) {
      found.push(...page);
      if (found.length >= MOST) break;
    }
    return found;
  }
}

function describe(unknown: readonly Original[]): string {
  const count = unknown.length < MOST ? `${unknown.length}` : `${MOST} or more`;
  const keys = unknown.slice(0, SHOWN).map(({ key }) => `  ${key}\n`);
  return (
    `The database does not know ${count} of the originals that the object store holds:\n${keys.join('')}` +
    `${unknown.length > SHOWN ? '  ...\n' : ''}It is new, or an older copy, or not the one that belongs to these objects.`
  );
}

const WAYS_ON =
  'No object was touched. Restore the newest copy of the database; or start with RECOVER_DATABASE=true, which makes ' +
  'these photos again from their originals, without titles and tags, as soon as their owners have signed in.';
