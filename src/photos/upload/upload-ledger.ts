import { RETENTION_MS } from './lifetimes.ts';
import { Injectable } from '@nestjs/common';
import { Database, type Transaction, userScope } from '../../database/database.ts';
import {
  type UploadOutcome,
  UploadRepository,
  type UploadRow,
  type UploadState,
} from '../../metadata/uploads/upload.repository.ts';
import { UserRepository } from '../../metadata/users/user.repository.ts';

/** The storage that an upload has reserved. */
export interface Reservation {
  id: string;
  userId: string;
  reservedBytes: number;
}

/** Ends uploads. The end of a row and the release of its reservation are one transaction. */
@Injectable()
export class UploadLedger {
  constructor(
    private readonly database: Database,
    private readonly uploads: UploadRepository,
    private readonly users: UserRepository,
  ) {}

  /**
   * Ends an upload and stores its outcome for one day, so that completeUploads can be repeated.
   * @returns false, without any change, if the upload is no longer in the state `from`
   */
  async finish(upload: Reservation, from: UploadState, outcome: UploadOutcome): Promise<boolean> {
    return this.database.write([userScope(upload.userId)], async (tx) => {
      const until = new Date(Date.now() + RETENTION_MS);
      const isFinished = await this.uploads.finish(tx, upload.id, from, outcome, until);
      if (isFinished) await this.users.adjustUsage(tx, upload.userId, { reserved: -upload.reservedBytes });
      return isFinished;
    });
  }

  /** Deletes an upload. Returns false if it does not exist or is in none of the states. */
  async remove(
    { id, userId }: Pick<UploadRow, 'id' | 'userId'>,
    states: readonly UploadState[],
  ): Promise<boolean> {
    return this.database.write([userScope(userId)], (tx) => this.#remove(tx, id, states));
  }

  /**
   * Ends the clearing of an intent whose objects have been removed. An upload of the staged door can be completed
   * again for one day. An upload without a secret is deleted, because clients cannot complete it.
   */
  async endClearing({ id, userId, secretHash }: UploadRow): Promise<void> {
    await this.database.write([userScope(userId)], async (tx) => {
      if (secretHash !== null) await this.uploads.markCleared(tx, id, new Date(Date.now() + RETENTION_MS));
      else await this.#remove(tx, id, ['clearing']);
    });
  }

  async #remove(tx: Transaction, id: string, states: readonly UploadState[]): Promise<boolean> {
    const removed = await this.uploads.remove(tx, id, states);
    if (removed) await this.users.adjustUsage(tx, removed.userId, { reserved: -removed.reservedBytes });
    return removed !== null;
  }
}
