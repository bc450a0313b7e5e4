import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../../config/config.ts';
import { Database, type Transaction, userScope } from '../../../database/database.ts';
import type { PhotoKeys } from '../../../metadata/photos/photo.repository.ts';
import { UploadRepository } from '../../../metadata/uploads/upload.repository.ts';
import { UserRepository } from '../../../metadata/users/user.repository.ts';
import { Staging } from '../../../storage/staging/staging.ts';
import { type StagedUpload, UploadDoor } from './upload-door.ts';

/** Files in a GraphQL request. The row is inserted with the intent and deleted with its end. */
@Injectable()
export class MultipartDoor extends UploadDoor {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly staging: Staging,
    private readonly uploads: UploadRepository,
    private readonly users: UserRepository,
  ) {
    super();
  }

  override mayFit({ sizeBytes }: StagedUpload, freeBytes: number): boolean {
    return sizeBytes <= freeBytes;
  }

  override async writeIntent(
    upload: StagedUpload,
    photoId: string,
    keys: PhotoKeys,
    expiresAt: Date,
  ): Promise<boolean> {
    const { userId, sizeBytes } = upload;
    const createdAt = new Date();
    return this.database.write([userScope(userId)], async (tx) => {
      const isReserved = await this.users.reserve(tx, userId, sizeBytes, this.config.storageQuotaBytes);
      if (isReserved) {
        const row = { state: 'keeping', reservedBytes: sizeBytes, secretHash: null } as const;
        await this.uploads.insert(tx, { ...upload, ...row, createdAt, expiresAt, photoId, keys });
      }
      return isReserved;
    });
  }

  override async endIntent(tx: Transaction, { id }: StagedUpload): Promise<boolean> {
    return (await this.uploads.remove(tx, id, ['keeping'])) !== null;
  }

  override async end(): Promise<void> {
    // There is no row.
  }

  override discard({ id }: StagedUpload): Promise<void> {
    return this.staging.remove(id);
  }
}
