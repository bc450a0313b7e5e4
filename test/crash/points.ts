import type { DatabaseName } from './databases.ts';
import type { StoreName } from './workspace.ts';

/** The point at which the service is killed. The descriptions of calls are defined in interceptors.ts. */
export interface KillPoint {
  /** A regular expression that matches the description of the call. */
  match: string;
  when: 'before' | 'during' | 'after';
  /** Which of the matching calls, counted from 1. */
  nth: number;
  /** With `during`: time from the start of the call to the kill, in ms. */
  afterMs: number;
  /** If true, the service makes a checkpoint after every commit. */
  checkpoints: boolean;
  /** If true, the point is active from the start of the process; otherwise from the first SIGUSR2. */
  inStart: boolean;
  /** The process to kill; null or undefined for the service itself. */
  pid?: number | null;
}

interface PointTemplate {
  match: string | Record<StoreName, string>;
  when: KillPoint['when'];
  /** `nth` is chosen at random between 1 and this number; default 1. */
  maxNth?: number;
  checkpoints?: boolean;
  /** The only store with which the service reaches this point. */
  only?: StoreName;
  /** The only database with which the service reaches this point. */
  onlyWith?: DatabaseName;
  /**
   * Set for a point during a start: the point at which the previous process is killed, to leave the state needed.
   */
  startAfter?: string;
}

const KINDS = '(photos|thumbnails)/';
const STORED = { disk: `^link .*/objects/${KINDS}`, gcs: `^POST /upload/.*name=${KINDS}` };
const DELETED = { disk: `^unlink .*/objects/${KINDS}`, gcs: `^DELETE .*/o/${KINDS}` };

/** The points of a photo's life at which a process can be killed, in chronological order. */
export const POINTS = {
  'staged object read': {
    match: '^GET .*/o/temp/uploads/',
    when: 'after',
    maxNth: 3,
    only: 'gcs',
  },
  'bytes written, not renamed': { match: '^rename .*/temp/uploads/', when: 'before', maxNth: 6 },
  'bytes staged': { match: '^rename .*/temp/uploads/', when: 'after', maxNth: 6 },
  'reservation committed': { match: '^COMMIT.*INSERT INTO uploads', when: 'after', maxNth: 4 },
  'receipt of a target committed': {
    match: "^COMMIT.*SET state = 'received', outcome",
    when: 'after',
    maxNth: 3,
  },
  'before the intent': { match: "^COMMIT.*SET state = 'keeping'", when: 'before', maxNth: 4 },
  'intent committed': { match: "^COMMIT.*SET state = 'keeping'", when: 'after', maxNth: 4 },
  'during the storage of an object': { match: STORED, when: 'during', maxNth: 12, only: 'gcs' },
  'some objects stored': { match: STORED, when: 'after', maxNth: 12 },
  'before the commit of a photo': { match: '^COMMIT.*INSERT INTO photos', when: 'before', maxNth: 4 },
  'during the commit of a photo': { match: '^COMMIT.*INSERT INTO photos', when: 'during', maxNth: 4 },
  'photo committed, not acknowledged': { match: '^COMMIT.*INSERT INTO photos', when: 'after', maxNth: 4 },
  'photo committed, staged object not deleted': {
    match: '^DELETE .*/o/temp/uploads/',
    when: 'before',
    maxNth: 3,
    only: 'gcs',
  },
  'photo committed, staged object deleted': {
    match: '^DELETE .*/o/temp/uploads/',
    when: 'after',
    maxNth: 3,
    only: 'gcs',
  },
  'edit committed, not acknowledged': { match: '^COMMIT.*UPDATE photos SET', when: 'after', maxNth: 3 },
  'rows deleted, objects not deleted': { match: '^COMMIT.*DELETE FROM photos ', when: 'after', maxNth: 2 },
  'some objects deleted': { match: DELETED, when: 'after', maxNth: 4 },
  'objects deleted, tombstone not deleted': { match: '^COMMIT.*DELETE FROM tombstones', when: 'before' },
  'during a checkpoint': {
    onlyWith: 'duckdb',
    match: '^CHECKPOINT',
    when: 'during',
    maxNth: 12,
    checkpoints: true,
  },
  'after a checkpoint': {
    onlyWith: 'duckdb',
    match: '^CHECKPOINT',
    when: 'after',
    maxNth: 12,
    checkpoints: true,
  },
  'during the checkpoint of a start': {
    onlyWith: 'duckdb',
    match: '^CHECKPOINT',
    when: 'during',
    startAfter: 'during the commit of a photo',
  },
  'commit count read or created by a start': {
    onlyWith: 'duckdb',
    match: '^open .*/commits$',
    when: 'after',
    maxNth: 3,
    startAfter: 'before the commit of a photo',
  },
  'intent claimed by a sweep': {
    match: "^COMMIT.*SET state = 'clearing'",
    when: 'after',
    startAfter: 'before the commit of a photo',
  },
  'some objects of an intent deleted by a sweep': {
    match: DELETED,
    when: 'after',
    maxNth: 2,
    startAfter: 'before the commit of a photo',
  },
  'some objects of a tombstone deleted by a sweep': {
    match: DELETED,
    when: 'after',
    maxNth: 2,
    startAfter: 'rows deleted, objects not deleted',
  },
  'before a sweep releases a reservation': {
    match: '^COMMIT.*DELETE FROM uploads',
    when: 'before',
    startAfter: 'reservation committed',
  },
} satisfies Record<string, PointTemplate>;

export type PointName = keyof typeof POINTS;

const ALL_NAMES = Object.keys(POINTS) as PointName[];

/**
 * Returns the points that exist with a store and a database.
 * @param own if true, returns only the points that depend on the store
 */
export function pointNames(
  store: StoreName,
  { own = false, database = 'duckdb' }: { own?: boolean; database?: DatabaseName } = {},
): PointName[] {
  return ALL_NAMES.filter((name) => {
    const { only, onlyWith, match }: PointTemplate = POINTS[name];
    if (onlyWith && onlyWith !== database) return false;
    return own ? only === store || typeof match !== 'string' : only === undefined || only === store;
  });
}

/** Returns the point at which the previous process is killed; null if the point is not during a start. */
export function startsAfter(name: PointName): PointName | null {
  const point: PointTemplate = POINTS[name];
  return ALL_NAMES.find((each) => each === point.startAfter) ?? null;
}

/** Returns the kill point of this name for a store, with random `nth` and `afterMs`. */
export function killPoint(name: PointName, store: StoreName, random: () => number): KillPoint {
  const { match, when, maxNth = 1, checkpoints = false, startAfter }: PointTemplate = POINTS[name];
  const nth = 1 + Math.floor(random() * maxNth);
  return {
    match: typeof match === 'string' ? match : match[store],
    when,
    checkpoints,
    nth,
    afterMs: random() * 4,
    inStart: startAfter !== undefined,
  };
}
