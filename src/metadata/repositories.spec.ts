import { type Database, UniqueViolationError } from '../database/database.ts';
import { ENGINES, type OpenEngine } from './testing/engines.ts';
import { UserErrorCode } from '../graphql/types/user-error.ts';
import { LibraryMemo } from './browse/library-memo.ts';
import { PhotoEditRepository } from './photos/photo-edit.repository.ts';
import { type NewPhoto, PhotoRepository } from './photos/photo.repository.ts';
import { UploadRepository, type UploadState } from './uploads/upload.repository.ts';
import { UserRepository } from './users/user.repository.ts';

const NOW = new Date('2024-05-01T00:00:00Z');
const LATER = new Date('2024-05-02T00:00:00Z');

function newPhoto(id: string, userId = 'ada'): NewPhoto {
  return {
    id,
    userId,
    filename: `${id}.jpg`,
    contentType: 'image/jpeg',
    sizeBytes: 10,
    width: 4,
    height: 3,
    checksum: `sum-${id}`,
    thumbhash: 'aGFzaA==',
    takenAt: NOW,
    takenAtLocal: NOW,
    uploadedAt: NOW,
    capture: { clock: null, gpsTime: null, camera: null, location: null, metadata: { note: '写真 "1"' } },
    keys: {
      original: `photos/o/${id}.jpg`,
      thumbnail: `thumbnails/o/${id}_thumb.jpg`,
      preview: `thumbnails/o/${id}_preview.jpg`,
    },
    thumbnailBytes: 1,
    previewBytes: 2,
  };
}

describe.each(ENGINES)('Repositories on %s:', (_name, open) => {
  let engine: OpenEngine;
  let database: Database;
  let photos: PhotoRepository;
  let uploads: UploadRepository;
  let users: UserRepository;

  beforeAll(async () => {
    engine = await open();
    database = engine.database;
    [photos, uploads, users] = [
      new PhotoRepository(database),
      new UploadRepository(database),
      new UserRepository(database, new LibraryMemo(database)),
    ];
    await database.write([], (tx) =>
      users.upsert(tx, { id: 'ada', email: 'ada@example.com', name: 'Ada', avatarUrl: null }, NOW),
    );
  });
  afterAll(async () => {
    await engine.close();
  });

  describe('UserRepository', () => {
    it('updates the profile and keeps values that the proxy no longer sends', async () => {
      await database.write([], (tx) =>
        users.upsert(
          tx,
          { id: 'ada', email: 'ada@new.example', name: null, avatarUrl: 'https://x/y' },
          LATER,
        ),
      );
      expect(await users.find('ada')).toMatchObject({
        email: 'ada@new.example',
        name: 'Ada',
        avatarUrl: 'https://x/y',
        usedBytes: 0,
      });
    });

    it('never reserves more than the quota, even for concurrent requests', async () => {
      const reserved = await Promise.all(
        Array.from({ length: 200 }, () => database.write([], (tx) => users.reserve(tx, 'ada', 7, 100))),
      );
      expect(reserved.filter(Boolean)).toHaveLength(14);
      expect((await users.find('ada'))?.reservedBytes).toBe(98);
      await database.write([], (tx) => users.adjustUsage(tx, 'ada', { reserved: -98 }));
    });

    it('prefers the user’s own quota to the configured default', async () => {
      await database.write([], (tx) => tx.run('UPDATE users SET storage_quota = 5 WHERE id = $1', ['ada']));
      expect(await database.write([], (tx) => users.reserve(tx, 'ada', 6, 0))).toBe(false);
      await database.write([], (tx) => tx.run('UPDATE users SET storage_quota = 0 WHERE id = $1', ['ada']));
      expect(await database.write([], (tx) => users.reserve(tx, 'ada', 6, 5))).toBe(true);
      await database.write([], (tx) =>
        tx.run('UPDATE users SET storage_quota = NULL, storage_reserved = 0 WHERE id = $1', ['ada']),
      );
    });
  });

  describe('PhotoRepository', () => {
    it('stores the same bytes once for each user', async () => {
      await database.write([], (tx) => photos.insert(tx, newPhoto('one')));
      const again = { ...newPhoto('two'), checksum: 'sum-one' };
      await expect(database.write([], (tx) => photos.insert(tx, again))).rejects.toThrow(
        UniqueViolationError,
      );
      await database.write([], (tx) => photos.insert(tx, { ...again, userId: 'eve' }));
      expect(
        [...(await photos.findByChecksums('ada', ['sum-one', 'none'])).values()].map((photo) => photo.id),
      ).toEqual(['one']);
    });

    it('returns metadata unchanged', async () => {
      expect(JSON.parse((await photos.findMetadata('ada', ['one'])).get('one') ?? '')).toEqual({
        note: '写真 "1"',
      });
    });

    it('deletes a photo with its tags, so that the same bytes can be inserted again', async () => {
      const edits = new PhotoEditRepository(database);
      await database.write([], (tx) => photos.insert(tx, newPhoto('gone')));
      await database.write([], (tx) => edits.edit(tx, 'ada', ['gone'], { tags: ['a'] }, NOW));
      expect(await database.write([], (tx) => photos.delete(tx, 'eve', ['gone'], NOW, null))).toEqual([]);
      expect(
        await database.write([], (tx) => photos.delete(tx, 'ada', ['gone', 'none'], NOW, LATER)),
      ).toEqual([]);
      expect(await database.write([], (tx) => photos.delete(tx, 'ada', ['gone', 'none'], NOW, null))).toEqual(
        [{ id: 'gone', sizeBytes: 10 }],
      );
      expect(await edits.findTags('ada', ['gone'])).toEqual(new Map());
      await database.write([], (tx) => photos.insert(tx, { ...newPhoto('back'), checksum: 'sum-gone' }));
      expect((await photos.findByIds('ada', ['gone', 'back'])).size).toBe(1);
    });
  });

  describe('UploadRepository', () => {
    const upload = (id: string, state: UploadState) => ({
      id,
      userId: 'ada',
      state,
      secretHash: 'hash',
      filename: 'a.jpg',
      sizeBytes: 3,
      checksum: 'c',
      reservedBytes: 3,
      createdAt: NOW,
      expiresAt: LATER,
      photoId: null,
      keys: null,
    });
    const keys = {
      original: 'photos/o/p.jpg',
      thumbnail: 'thumbnails/o/p_thumb.jpg',
      preview: 'thumbnails/o/p_preview.jpg',
    };

    it('refuses a late commit of an intent that was cleared', async () => {
      await database.write([], (tx) => uploads.insert(tx, upload('late', 'received')));
      expect(await database.write([], (tx) => uploads.writeIntent(tx, 'late', 'p', keys, LATER))).toBe(true);
      expect(await uploads.find('ada', 'late')).toMatchObject({ state: 'keeping', photoId: 'p', keys });
      expect(await database.write([], (tx) => uploads.claimForClearing(tx, 'late', NOW))).toBeNull();
      expect(await database.write([], (tx) => uploads.claimForClearing(tx, 'late', LATER))).toMatchObject({
        id: 'late',
        keys,
      });
      const outcome = { kind: 'photo', photoId: 'p' } as const;
      expect(await database.write([], (tx) => uploads.finish(tx, 'late', 'keeping', outcome, LATER))).toBe(
        false,
      );
      await database.write([], (tx) => uploads.markCleared(tx, 'late', LATER));
      expect(await uploads.find('ada', 'late')).toMatchObject({
        state: 'received',
        photoId: null,
        keys: null,
      });
      expect(await database.write([], (tx) => uploads.claimForClearing(tx, 'late', LATER))).toBeNull();
    });

    it('stores the outcome of a finished upload', async () => {
      await database.write([], (tx) => uploads.insert(tx, upload('done', 'received')));
      const outcome = { kind: 'refused', code: UserErrorCode.INVALID_IMAGE, message: 'no' } as const;
      expect(await database.write([], (tx) => uploads.finish(tx, 'done', 'received', outcome, LATER))).toBe(
        true,
      );
      expect(await uploads.find('ada', 'done')).toMatchObject({
        state: 'refused',
        reservedBytes: 0,
        outcome,
      });
      expect(await uploads.find('eve', 'done')).toBeNull();
    });

    it('returns the reservation of a removed row only once', async () => {
      await database.write([], (tx) => uploads.insert(tx, upload('removed', 'received')));
      expect(await database.write([], (tx) => uploads.remove(tx, 'removed', ['open']))).toBeNull();
      expect(await database.write([], (tx) => uploads.remove(tx, 'removed', ['received']))).toEqual({
        userId: 'ada',
        reservedBytes: 3,
      });
      expect(await database.write([], (tx) => uploads.remove(tx, 'removed', ['received']))).toBeNull();
    });
  });
});
