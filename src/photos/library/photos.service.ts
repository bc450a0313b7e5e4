import { NodeRegistry } from '../../graphql/types/node-registry.ts';
import { AuditLog } from '../../observability/audit-log.ts';
import { LIST_LIMITS } from '../../graphql/types/list-limits.ts';
import { Injectable, Logger } from '@nestjs/common';
import { Database, userScope } from '../../database/database.ts';
import { checkEntries } from '../../graphql/types/errors.ts';
import { InvalidInputError, NotFoundError } from '../../graphql/types/user-error.ts';
import { MAX_TAGS, PhotoEditRepository } from '../../metadata/photos/photo-edit.repository.ts';
import type { Photo } from '../../metadata/photos/photo.ts';
import { PhotoRepository } from '../../metadata/photos/photo.repository.ts';
import { TombstoneRepository } from '../../metadata/uploads/tombstone.repository.ts';
import { UserRepository } from '../../metadata/users/user.repository.ts';
import { LibraryEvents } from '../events/library-events.ts';
import { ObjectRemover } from '../objects/object-remover.ts';
import { type PhotoPatch, toEdit } from './photo-patch.ts';
import { DeletedPhoto } from './photo-results.ts';

/**
 * Finds, edits, trashes, restores and deletes a user's photos. Batch methods return one result for each ID, in the
 * order of the IDs, and throw BAD_USER_INPUT for too many IDs.
 */
@Injectable()
export class PhotosService {
  readonly #log = new Logger(PhotosService.name);

  constructor(
    private readonly database: Database,
    private readonly photos: PhotoRepository,
    private readonly edits: PhotoEditRepository,
    private readonly tombstones: TombstoneRepository,
    private readonly users: UserRepository,
    private readonly remover: ObjectRemover,
    private readonly events: LibraryEvents,
    private readonly audit: AuditLog,
    nodes: NodeRegistry,
  ) {
    nodes.register((userId, id) => this.find(userId, id));
  }

  /** The user's photo, or null if the user has no photo with this ID. */
  async find(userId: string, id: string): Promise<Photo | null> {
    return (await this.photos.findByIds(userId, [id])).get(id) ?? null;
  }

  async update(
    userId: string,
    ids: string[],
    patch: PhotoPatch,
  ): Promise<(Photo | NotFoundError | InvalidInputError)[]> {
    checkEntries('ids', ids, LIST_LIMITS.ids);
    const edit = toEdit(patch);
    if (edit instanceof InvalidInputError) return ids.map(() => edit);
    if (Object.keys(edit).length === 0) return this.#results(userId, ids);
    const unique = [...new Set(ids)];
    const { edited, tooManyTags } = await this.database.write([userScope(userId)], (tx) =>
      this.edits.edit(tx, userId, unique, edit, new Date()),
    );
    if (edited.length > 0) await this.events.publish(userId, { updated: edited });
    const results = await this.#results(userId, ids);
    const full = new Set(tooManyTags);
    return results.map((result, index) =>
      full.has(ids[index] ?? '')
        ? new InvalidInputError('addTags', `A photo can have at most ${MAX_TAGS} tags. Remove some first.`)
        : result,
    );
  }

  /** Moves photos to the trash. */
  async trash(userId: string, ids: string[]): Promise<(Photo | NotFoundError)[]> {
    return this.#setTrashed(userId, ids, new Date());
  }

  /** Restores photos from the trash. */
  async restore(userId: string, ids: string[]): Promise<(Photo | NotFoundError)[]> {
    return this.#setTrashed(userId, ids, null);
  }

  /** Deletes photos permanently. If the store fails, a sweep removes the objects later. */
  async delete(userId: string, ids: string[]): Promise<(DeletedPhoto | NotFoundError)[]> {
    checkEntries('ids', ids, LIST_LIMITS.ids);
    const photoIds = await this.deletePermanently(userId, [...new Set(ids)], null);
    const deleted = new Set(photoIds);
    return ids.map((id) => (deleted.has(id) ? new DeletedPhoto(id) : new NotFoundError(id, 'photo')));
  }

  /**
   * Deletes the photos that exist, and records the deletion in the audit log.
   * @param trashedBefore if not null, skips photos that were not moved to the trash before this time
   * @returns the IDs of the deleted photos
   */
  async deletePermanently(
    userId: string,
    ids: readonly string[],
    trashedBefore: Date | null,
  ): Promise<string[]> {
    const photos = await this.database.write([userScope(userId)], async (tx) => {
      const deleted = await this.photos.delete(tx, userId, ids, new Date(), trashedBefore);
      const bytes = deleted.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      await this.users.adjustUsage(tx, userId, { used: -bytes });
      return deleted;
    });
    const photoIds = photos.map(({ id }) => id);
    if (photoIds.length === 0) return photoIds;
    await this.events.publish(userId, { removed: photoIds });
    try {
      await this.remover.clearTombstones(await this.tombstones.findByIds(photoIds));
    } catch (error) {
      // The rows are deleted, so the deletion succeeded. The sweeper removes the objects later.
      this.#log.warn({ err: error }, 'Objects of deleted photos remain until the next sweep.');
    }
    const action = trashedBefore ? 'photo.purge' : 'photo.delete';
    this.audit.record({ action, outcome: 'done', userId, photoIds });
    return photoIds;
  }

  async #setTrashed(userId: string, ids: string[], at: Date | null): Promise<(Photo | NotFoundError)[]> {
    checkEntries('ids', ids, LIST_LIMITS.ids);
    const unique = [...new Set(ids)];
    const moved = await this.database.write([userScope(userId)], (tx) =>
      this.edits.setTrashed(tx, userId, unique, at, new Date()),
    );
    if (moved.length > 0) await this.events.publish(userId, at ? { removed: moved } : { added: moved });
    return this.#results(userId, ids);
  }

  async #results(userId: string, ids: readonly string[]): Promise<(Photo | NotFoundError)[]> {
    const photos = await this.photos.findByIds(userId, ids);
    return ids.map((id) => photos.get(id) ?? new NotFoundError(id, 'photo'));
  }
}
