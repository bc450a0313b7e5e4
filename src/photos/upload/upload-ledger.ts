import { KEPT_MS } from './lifetimes.ts';
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../database/database.ts';
import {
  type UploadOutcome,
  UploadRepository,
  type UploadState,
} from '../../metadata/uploads/upload.repository.ts';
import { UserRepository } from '../../metadata/users/user.repository.ts';

/** What of a row tells what it had set aside. */
export interface Reservation {
  id: string;
  userId: string;
  reservedBytes: number;
}

/** Ends uploads: each row's end and the return of its room are one transaction. */
@Injectable()
export class UploadLedger {
  constructor(
    private readonly database: Database,
    private readonly uploads: UploadRepository,
    private readonly users: UserRepository,
  ) {}

  /** The answer stands for a day, to be given again. False where the upload is not in the state `from` any more. */
  async finish(upload: Reservation, from: UploadState, outcome: UploadOutcome): Promise<boolean> {
    return this.database.write(async (tx) => {
      const until = new Date(Date.now() + KEPT_MS);
      const isOver = await this.uploads.finish(tx, upload.id, from, outcome, until);
      if (isOver) await this.users.adjustUsage(tx, upload.userId, { reserved: -upload.reservedBytes });
      return isOver;
    });
  }

  /** The row goes. False where it is gone, or in none of the states. */
  async remove(id: string, states: readonly UploadState[]): Promise<boolean> {
    return this.database.write((tx) => this.#remove(tx, id, states));
  }

  /**
   * The objects of a claimed intent are gone. Staged bytes that somebody can complete again stay for a day; nobody comes
   * back for those without a secret.
   */
  async cleared(id: string, hasSecret: boolean): Promise<void> {
    await this.database.write(async (tx) => {
      if (hasSecret) await this.uploads.markCleared(tx, id, new Date(Date.now() + KEPT_MS));
      else await this.#remove(tx, id, ['clearing']);
    });
  }

  async #remove(tx: Transaction, id: string, states: readonly UploadState[]): Promise<boolean> {
    const removed = await this.uploads.remove(tx, id, states);
    if (removed) await this.users.adjustUsage(tx, removed.userId, { reserved: -removed.reservedBytes });
    return removed !== null;
  }
}
