import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.ts';
import { Database } from '../../database/database.ts';
import { DatabaseStartError } from '../../database/database-start-error.ts';
import { RecoveryRepository } from '../../metadata/photos/recovery.repository.ts';
import { type Original, UnknownOriginals } from './unknown-originals.ts';

/** Originals counted at most, so that a failing start fails quickly. */
const MAX_COUNTED = 10_000;
const MAX_SHOWN = 5;

/**
 * Checks at startup that the database knows every original, if the database is not known to be complete because it
 * is new or was replaced.
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

  /** @throws DatabaseStartError, without any change, if originals are unknown and RECOVER_DATABASE is not set */
  async onModuleInit(): Promise<void> {
    const { recoverDatabase } = this.config;
    const unknown = (await this.#isTrusted()) ? [] : await this.#findSome();
    if (unknown.length > 0) {
      const message = describe(unknown);
      if (!recoverDatabase) throw new DatabaseStartError(`${message}\n${INSTRUCTIONS}`);
      this.#log.warn(message);
    }
    // This must precede the first sweep, which trusts the rows.
    if (recoverDatabase) await this.database.write([], (tx) => this.rows.protectFromSweeps(tx, new Date()));
  }

  /**
   * A database that several processes use never proves that it is complete. It is trusted as soon as it has users, because
   * every start of every instance would otherwise list all originals.
   */
  async #isTrusted(): Promise<boolean> {
    const { provesAcknowledgedWrites, severalProcesses } = this.database.capabilities;
    return provesAcknowledgedWrites || (severalProcesses && (await this.rows.hasUsers()));
  }

  async #findSome(): Promise<Original[]> {
    const found: Original[] = [];
    for await (const page of this.originals.find()) {
      found.push(...page);
      if (found.length >= MAX_COUNTED) break;
    }
    return found;
  }
}

function describe(unknown: readonly Original[]): string {
  const count = unknown.length < MAX_COUNTED ? `${unknown.length}` : `${MAX_COUNTED} or more`;
  const keys = unknown.slice(0, MAX_SHOWN).map(({ key }) => `  ${key}\n`);
  return (
    `The database has no record of ${count} of the originals in the object store:\n${keys.join('')}` +
    `${unknown.length > MAX_SHOWN ? '  ...\n' : ''}The database is new, is an older copy, or does not belong to this object store.`
  );
}

const INSTRUCTIONS =
  'No object was changed. Restore the newest copy of the database, or start with RECOVER_DATABASE=true. That recreates ' +
  'the photos from their originals, without titles and tags, as soon as their owners have signed in.';
