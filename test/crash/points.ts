import type { StoreName } from './place.ts';

/** Where the service is to die; how the calls are named is in taps.ts. */
export interface KillPoint {
  /** A pattern of the call. */
  match: string;
  when: 'before' | 'during' | 'after';
  /** Which of the calls that match, from 1. */
  nth: number;
  /** `during`: milliseconds from the call's start. */
  afterMs: number;
  /** Make a checkpoint after every commit. */
  checkpoints: boolean;
  /** From the first call of the process on, not from a SIGUSR2 on. */
  inStart: boolean;
}

interface Named {
  match: string | Record<StoreName, string>;
  when: KillPoint['when'];
  /** `nth` is drawn from 1 to this. */
  upTo?: number;
  checkpoints?: boolean;
  /** The point comes only over this store. */
  only?: StoreName;
  /** The point is in the start; what is to be left over for it is what dying at this other point leaves. */
  startAfter?: string;
}

const KINDS = '(photos|thumbnails)/';
const KEPT = { disk: `^link .*/objects/${KINDS}`, gcs: `^POST /upload/.*name=${KINDS}` };
const DELETED = { disk: `^unlink .*/objects/${KINDS}`, gcs: `^DELETE .*/o/${KINDS}` };

/** The moments of a photo's life at which a process can end, in its order. */
export const POINTS = {
  'what was sent to the bucket is read': {
    match: '^GET .*/o/temp/uploads/',
    when: 'after',
    upTo: 3,
    only: 'gcs',
  },
  'bytes on the disk, without their name': { match: '^rename .*/temp/uploads/', when: 'before', upTo: 6 },
  'bytes staged': { match: '^rename .*/temp/uploads/', when: 'after', upTo: 6 },
  'room reserved': { match: '^COMMIT.*INSERT INTO uploads', when: 'after', upTo: 4 },
  'bytes of a target received': { match: "^COMMIT.*SET state = 'received', outcome", when: 'after', upTo: 3 },
  'before the intent': { match: "^COMMIT.*SET state = 'keeping'", when: 'before', upTo: 4 },
  'intent committed': { match: "^COMMIT.*SET state = 'keeping'", when: 'after', upTo: 4 },
  'an object on its way': { match: KEPT, when: 'during', upTo: 12, only: 'gcs' },
  'some objects kept': { match: KEPT, when: 'after', upTo: 12 },
  'before the commit': { match: '^COMMIT.*INSERT INTO photos', when: 'before', upTo: 4 },
  'in the commit': { match: '^COMMIT.*INSERT INTO photos', when: 'during', upTo: 4 },
  'committed, not answered': { match: '^COMMIT.*INSERT INTO photos', when: 'after', upTo: 4 },
  'committed, what was sent still there': {
    match: '^DELETE .*/o/temp/uploads/',
    when: 'before',
    upTo: 3,
    only: 'gcs',
  },
  'committed, what was sent is gone': {
    match: '^DELETE .*/o/temp/uploads/',
    when: 'after',
    upTo: 3,
    only: 'gcs',
  },
  'edit committed, not answered': { match: '^COMMIT.*UPDATE photos SET', when: 'after', upTo: 3 },
  'rows deleted, objects there': { match: '^COMMIT.*DELETE FROM photos ', when: 'after', upTo: 2 },
  'some objects deleted': { match: DELETED, when: 'after', upTo: 4 },
  'objects deleted, tombstone there': { match: '^COMMIT.*DELETE FROM tombstones', when: 'before' },
  'in a checkpoint': { match: '^CHECKPOINT', when: 'during', upTo: 12, checkpoints: true },
  'after a checkpoint': { match: '^CHECKPOINT', when: 'after', upTo: 12, checkpoints: true },
  "in a start's checkpoint": { match: '^CHECKPOINT', when: 'during', startAfter: 'in the commit' },
  'a start reads or makes the count of commits': {
    match: '^open .*/commits$',
    when: 'after',
    upTo: 3,
    startAfter: 'before the commit',
  },
  'a sweep has claimed an intent': {
    match: "^COMMIT.*SET state = 'clearing'",
    when: 'after',
    startAfter: 'before the commit',
  },
  "a sweep has deleted some of an intent's objects": {
    match: DELETED,
    when: 'after',
    upTo: 2,
    startAfter: 'before the commit',
  },
  "a sweep has deleted some of a tombstone's objects": {
    match: DELETED,
    when: 'after',
    upTo: 2,
    startAfter: 'rows deleted, objects there',
  },
  'a sweep gives room back': {
    match: '^COMMIT.*DELETE FROM uploads',
    when: 'before',
    startAfter: 'room reserved',
  },
} satisfies Record<string, Named>;

export type PointName = keyof typeof POINTS;

const ALL_NAMES = Object.keys(POINTS) as PointName[];

/** Those that there are over a store; `own`: those that are not the same over any other. */
export function pointNames(store: StoreName, { own = false } = {}): PointName[] {
  return ALL_NAMES.filter((name) => {
    const { only, match }: Named = POINTS[name];
    return own ? only === store || typeof match !== 'string' : only === undefined || only === store;
  });
}

/** The point from which the start at this one continues; null where the point is not in a start. */
export function startsAfter(name: PointName): PointName | null {
  const point: Named = POINTS[name];
  return ALL_NAMES.find((each) => each === point.startAfter) ?? null;
}

export function killPoint(name: PointName, store: StoreName, random: () => number): KillPoint {
  const { match, when, upTo = 1, checkpoints = false, startAfter }: Named = POINTS[name];
  const nth = 1 + Math.floor(random() * upTo);
  return {
    match: typeof match === 'string' ? match : match[store],
    when,
    checkpoints,
    nth,
    afterMs: random() * 4,
    inStart: startAfter !== undefined,
  };
}
