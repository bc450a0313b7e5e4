import type { Database } from '../../database/database.ts';
import { ENGINES, type OpenEngine } from '../testing/engines.ts';
import { LibraryMemo } from './library-memo.ts';
import { PhotoEditRepository } from '../photos/photo-edit.repository.ts';
import { PhotoListRepository } from './photo-list.repository.ts';
import { positionOf } from './keyset.ts';
import { OrderDirection, type PhotoOrder, PhotoOrderField } from './photo-filter.ts';
import { type NewPhoto, PhotoRepository } from '../photos/photo.repository.ts';
import { StatsRepository } from './stats.repository.ts';
import { UserRepository } from '../users/user.repository.ts';

/** A photo that the library is expected to have. */
interface ExpectedPhoto {
  id: string;
  userId: string;
  local: Date;
  sizeBytes: number;
  trashed: boolean;
}

/** The Mulberry32 random number generator, which returns the same numbers for the same seed. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

function newPhoto({ id, userId, local, sizeBytes }: ExpectedPhoto): NewPhoto {
  return {
    id,
    userId,
    filename: `${id}.jpg`,
    contentType: 'image/jpeg',
    sizeBytes,
    width: 4,
    height: 3,
    checksum: `sum-${id}`,
    thumbhash: 'aGFzaA==',
    takenAt: local,
    takenAtLocal: local,
    uploadedAt: local,
    capture: { clock: null, gpsTime: null, camera: null, location: null, metadata: {} },
    keys: { original: `o/${id}`, thumbnail: `t/${id}`, preview: `p/${id}` },
    thumbnailBytes: 1,
    previewBytes: 1,
  };
}

describe.each(ENGINES)('A library after random changes, on %s,', (_name, open) => {
  const USERS = ['ada', 'eve'];
  let engine: OpenEngine;
  let database: Database;

  beforeAll(async () => {
    engine = await open();
    database = engine.database;
  });
  afterAll(async () => {
    await engine.close();
  });
  beforeEach(async () => {
    await database.write([], async (tx) => {
      for (const table of ['photos', 'photo_tags', 'tombstones', 'users'])
        await tx.run(`DELETE FROM ${table}`);
    });
  });

  it.each([1, 2, 3])('has the expected timeline, counts and pages (seed %i)', async (seed) => {
    const random = generator(seed);
    const pick = <T>(list: readonly T[]): T | undefined => list[random(list.length)];
    const memo = new LibraryMemo(database);
    const photos = new PhotoRepository(database);
    const edits = new PhotoEditRepository(database);
    const lists = new PhotoListRepository(database, memo, engine.readerFor(memo));
    const reader = engine.readerFor(memo);
    const stats = new StatsRepository(database, memo);
    const users = new UserRepository(database, memo);
    const now = new Date('2024-05-01T00:00:00Z');
    for (const id of USERS) {
      await database.write([], (tx) =>
        users.upsert(tx, { id, email: `${id}@example.com`, name: null, avatarUrl: null }, now),
      );
    }
    let expectedPhotos: ExpectedPhoto[] = [];
    // Few distinct times, so that many photos share one.
    const randomTime = () => new Date(Date.UTC(2020 + random(3), random(4), 1 + random(2)));
    const some = (userId: string) =>
      expectedPhotos.filter((photo) => photo.userId === userId && random(4) === 0);

    for (let step = 0; step < 40; step++) {
      const userId = pick(USERS) ?? 'ada';
      const chosen = some(userId);
      const ids = chosen.map((photo) => photo.id);
      // IDs of other users' photos must have no effect.
      const foreign = expectedPhotos.filter((photo) => photo.userId !== userId);
      const requested = [...ids, ...foreign.map((photo) => photo.id)];
      switch (random(5)) {
        case 0: {
          const local = randomTime();
          await database.write([], (tx) =>
            edits.edit(tx, userId, requested, { taken: { at: local, local } }, now),
          );
          for (const photo of chosen) photo.local = local;
          break;
        }
        case 1: {
          const trashed = random(2) === 0;
          await database.write([], (tx) =>
            edits.setTrashed(tx, userId, requested, trashed ? now : null, now),
          );
          for (const photo of chosen) photo.trashed = trashed;
          break;
        }
        case 2: {
          const deleted = ids.slice(0, 2);
          await database.write([], (tx) => photos.delete(tx, userId, [...deleted, 'unknown'], now, null));
          expectedPhotos = expectedPhotos.filter((photo) => !deleted.includes(photo.id));
          break;
        }
        default: {
          const added = Array.from({ length: 1 + random(4) }, (_, index) => ({
            id: `p${seed}-${step}-${index}`,
            userId,
            local: randomTime(),
            sizeBytes: 1 + random(5),
            trashed: false,
          }));
          await Promise.all(
            added.map((photo) => database.write([], (tx) => photos.insert(tx, newPhoto(photo)))),
          );
          expectedPhotos.push(...added);
        }
      }
      for (const owner of USERS) {
        const owned = expectedPhotos.filter((photo) => photo.userId === owner);
        const shown = owned.filter((photo) => !photo.trashed);
        const months = Map.groupBy(shown, (photo) => photo.local.toISOString().slice(0, 7));
        const expected = [...months]
          .map(([month, { length }]) => ({ month, count: length }))
          .toSorted((a, b) => (a.month < b.month ? 1 : -1));
        expect(await lists.months(owner, null)).toEqual(expected);
        expect((await stats.byMonth(owner)).map(({ photos: count }) => count)).toEqual(
          expected.map(({ count }) => count),
        );
        expect(await lists.count(owner, null)).toEqual({ photos: shown.length, isExact: true });
        expect(await users.countPhotos(owner)).toEqual({
          library: shown.length,
          trash: owned.length - shown.length,
        });
      }
    }

    const fields = [
      [PhotoOrderField.TAKEN_AT, (photo: ExpectedPhoto) => photo.local.getTime()],
      [PhotoOrderField.SIZE, (photo: ExpectedPhoto) => photo.sizeBytes],
    ] as const;
    for (const [field, valueOf] of fields) {
      for (const direction of [OrderDirection.ASC, OrderDirection.DESC]) {
        const order: PhotoOrder = { field, direction };
        const sorted = expectedPhotos
          .filter((photo) => photo.userId === 'ada' && !photo.trashed)
          .toSorted((a, b) => valueOf(a) - valueOf(b) || (a.id < b.id ? -1 : 1))
          .map((photo) => photo.id);
        const expected = direction === OrderDirection.ASC ? sorted : sorted.toReversed();
        const walked: string[] = [];
        const walkedBack: string[] = [];
        for (let after = null; ;) {
          const window = {
            limit: 4,
            after,
            before: null,
            backwards: false,
          };
          const page = await reader.page({ userId: 'ada', filter: null, order, window });
          if (window.backwards) page.reverse();
          walked.push(...page.map((photo) => photo.id));
          const last = page.at(-1);
          if (!last) break;
          after = positionOf(last, order);
        }
        for (let before = null; ;) {
          const window = {
            limit: 3,
            after: null,
            before,
            backwards: true,
          };
          const page = await reader.page({ userId: 'ada', filter: null, order, window });
          if (window.backwards) page.reverse();
          walkedBack.unshift(...page.map((photo) => photo.id));
          const [first] = page;
          if (!first) break;
          before = positionOf(first, order);
        }
        expect(walked).toEqual(expected);
        expect(walkedBack).toEqual(expected);
      }
    }
  });

  it('is read correctly by every process, regardless of which one changed it', async () => {
    const users = new UserRepository(database, new LibraryMemo(database));
    const now = new Date();
    await database.write([], (tx) =>
      users.upsert(tx, { id: 'ada', email: 'ada@example.com', name: null, avatarUrl: null }, now),
    );
    const empty = { photos: 0, isExact: true };
    const one = { photos: 1, isExact: true };
    const [here, there] = [0, 1].map(() => {
      const memo = new LibraryMemo(database);
      return new PhotoListRepository(database, memo, engine.readerFor(memo));
    });
    expect([await here?.count('ada', null), await there?.count('ada', null)]).toEqual([empty, empty]);
    await database.write([], (tx) =>
      new PhotoRepository(database).insert(
        tx,
        newPhoto({ id: 'x', userId: 'ada', local: now, sizeBytes: 1, trashed: false }),
      ),
    );
    expect([await here?.count('ada', null), await there?.count('ada', null)]).toEqual([one, one]);
  });
});
