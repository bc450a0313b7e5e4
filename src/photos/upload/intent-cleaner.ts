import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.ts';
import { UploadRepository } from '../../metadata/uploads/upload.repository.ts';
import { ObjectRemover } from '../objects/object-remover.ts';
import { FOREVER } from './lifetimes.ts';
import { UploadLedger } from './upload-ledger.ts';

/** Removes the objects of intents that did not become photos. */
@Injectable()
export class IntentCleaner {
  constructor(
    private readonly database: Database,
    private readonly uploads: UploadRepository,
    private readonly ledger: UploadLedger,
    private readonly remover: ObjectRemover,
  ) {}

  /**
   * Clears one intent in three steps: claims it, so that a late commit is refused; deletes its objects; then
   * sets the upload back to the state `received`, or deletes its row.
   * @param expiredBy clears the intent only if it has expired by this time; by default, clears it in any case
   * @returns false if the upload has no such intent
   * @throws StorageUnavailableError, DatabaseUnavailableError; a sweep then repeats the remaining steps
   */
  async clear(uploadId: string, expiredBy = FOREVER): Promise<boolean> {
    const claimed = await this.database.write([], (tx) =>
      this.uploads.claimForClearing(tx, uploadId, expiredBy),
    );
    if (!claimed) return false;
    if (claimed.keys) await this.remover.remove(claimed.keys);
    await this.ledger.endClearing(claimed);
    return true;
  }
}
