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
  match: string;
  when: KillPoint['when'];
  /** `nth` is drawn from 1 to this. */
  upTo?: number;
  checkpoints?: boolean;
  /** The point is in the start; what is to be left over for it is what dying at this other point leaves. */
  startAfter?: string;
}

const OBJECTS = '/objects/(photos|thumbnails)/';

/** The moments of a photo's life at which a process can end, in its order. */
export const POINTS = {
  'bytes on the disk, without their name': { match: '^rename .*/temp/uploads/', when: 'before', upTo: 6 },
  'bytes staged': { match: '^rename .*/temp/uploads/', when: 'after', upTo: 6 },
  'room reserved': { match: '^COMMIT.*INSERT INTO uploads', when: 'after', upTo: 4 },
  'bytes of a target received': { match: "^COMMIT.*SET state = 'received', outcome", when: 'after', upTo: 3 },
  'before the intent': { match: "^COMMIT.*SET state = 'keeping'", when: 'before', upTo: 4 },
  'intent committed': { match: "^COMMIT.*SET state = 'keeping'", when: 'after', upTo: 4 },
  'some objects kept': { match: `^link .*${OBJECTS}`, when: 'after', upTo: 12 },
  'before the commit': { match: '^COMMIT.*INSERT INTO photos', when: 'before', upTo: 4 },
  'in the commit': { match: '^COMMIT.*INSERT INTO photos', when: 'during', upTo: 4 },
  'committed, not answered': { match: '^COMMIT.*INSERT INTO photos', when: 'after', upTo: 4 },
  'edit committed, not answered': { match: '^COMMIT.*UPDATE photos SET', when: 'after', upTo: 3 },
  'rows deleted, objects there': { match: '^COMMIT.*DELETE FROM photos ', when: 'after', upTo: 2 },
  'some objects deleted': { match: `^unlink .*${OBJECTS}`, when: 'after', upTo: 4 },
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
    match: `^unlink .*${OBJECTS}`,
    when: 'after',
    upTo: 2,
    startAfter: 'before the commit',
  },
  "a sweep has deleted some of a tombstone's objects": {
    match: `^unlink .*${OBJECTS}`,
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

export const POINT_NAMES = Object.keys(POINTS) as PointName[];

/** The point from which the start at this one continues; null where the point is not in a start. */
export function startsAfter(name: PointName): PointName | null {
  const point: Named = POINTS[name];
  return POINT_NAMES.find((each) => each === point.startAfter) ?? null;
}

export function killPoint(name: PointName, random: () => number): KillPoint {
  const { match, when, upTo = 1, checkpoints = false, startAfter }: Named = POINTS[name];
  const nth = 1 + Math.floor(random() * upTo);
  return { match, when, checkpoints, nth, afterMs: random() * 4, inStart: startAfter !== undefined };
}
