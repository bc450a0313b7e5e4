import { sha256, type TestFile } from '../support/client.ts';

/** The state of a photo, as the client knows it. */
export interface PhotoState {
  /** Null until a response contains it. */
  id: string | null;
  title: string | null;
  tags: string[];
  trashed: boolean;
}

/** A photo in a list returned by the service. */
export interface ListedPhoto extends PhotoState {
  id: string;
  checksum: string;
  sizeBytes: number;
}

/** The service violated one of its guarantees. */
export class Violation extends Error {
  override name = 'Violation';
}

const LARGE_BYTES = 300_000;
const HUGE_EVERY = 100;

/** A file, and the possible states of its photo in the library: one, or several while requests are in progress. */
export class Entry {
  readonly file: TestFile;
  readonly checksum: string;
  /** Null means that the photo is not in the library. */
  possible: (PhotoState | null)[] = [null];
  /** Number of requests in progress that concern the file. */
  busy = 0;
  /** Number of those requests that upload it. */
  uploading = 0;
  /** Number of uploads since the photo was last known to be absent. */
  uploads = 0;
  /** True after an upload returned a new photo. All further uploads return duplicates. */
  isCreated = false;

  constructor(file: TestFile) {
    this.file = file;
    this.checksum = sha256(file.bytes);
  }

  /** The state of the photo. Throws an Error if more than one state is possible. */
  get certain(): PhotoState | null {
    const [state = null] = this.possible;
    if (this.possible.length !== 1) throw new Error(`The state of ${this.file.name} is not certain.`);
    return state;
  }

  /** Records that a request has been sent which changes the photo to `next`. */
  begin(next: PhotoState | null): void {
    this.busy += 1;
    this.possible = [...this.possible, next];
  }

  /** Records that the request was acknowledged. */
  settle(state: PhotoState | null): void {
    this.busy -= 1;
    this.possible = [state];
    if (!state) this.reset(false);
  }

  /** Records that no requests are in progress. */
  reset(isCreated: boolean): void {
    this.busy = 0;
    this.uploading = 0;
    this.uploads = 0;
    this.isCreated = isCreated;
  }
}

/** All files that a user has ever uploaded, with their acknowledged states. */
export class Ledger {
  readonly user: string;
  readonly entries: Entry[] = [];
  /** The entry of each acknowledged upload target, by the id of the target. */
  readonly targets = new Map<string, Entry>();
  readonly #photo: Buffer;
  readonly #hugeBytes: number;

  /**
   * @param photo a JPEG. Any number of distinct files are made by appending bytes, which decoders ignore.
   * @param hugeBytes how many bytes are appended to a few of the files
   */
  constructor(user: string, photo: Buffer, hugeBytes: number) {
    this.user = user;
    this.#photo = photo;
    this.#hugeBytes = hugeBytes;
  }

  newEntry(): Entry {
    const serial = this.entries.length;
    const isHuge = serial % HUGE_EVERY === 7;
    const size = isHuge ? this.#hugeBytes : serial % 8 === 7 ? LARGE_BYTES : 0;
    const filler = Buffer.alloc(size, serial);
    const bytes = Buffer.concat([this.#photo, Buffer.from(`${this.user} ${serial}`), filler]);
    const entry = new Entry({ name: `${serial}.jpg`, bytes });
    this.entries.push(entry);
    return entry;
  }

  /**
   * Compares the listed photos with the possible states. Afterwards the listed states are certain.
   * @throws Violation
   */
  reconcile(listed: readonly ListedPhoto[]): void {
    const byChecksum = Map.groupBy(listed, ({ checksum }) => checksum);
    for (const entry of this.entries) {
      const photos = byChecksum.get(entry.checksum) ?? [];
      byChecksum.delete(entry.checksum);
      if (photos.length > 1) throw new Violation(`${entry.file.name} of ${this.user} is listed twice.`);
      this.#reconcileOne(entry, photos[0] ?? null);
    }
    if (byChecksum.size > 0)
      throw new Violation(
        `${this.user} has ${byChecksum.size} photos that were never uploaded, or not since they were deleted.`,
      );
  }

  #reconcileOne(entry: Entry, photo: ListedPhoto | null): void {
    if (photo && photo.sizeBytes !== entry.file.bytes.length)
      throw new Violation(`${entry.file.name} is listed with ${photo.sizeBytes} bytes.`);
    if (!entry.possible.some((state) => isSame(state, photo)))
      throw new Violation(
        `${entry.file.name} of ${this.user} is ${JSON.stringify(photo)}. Possible states: ${JSON.stringify(entry.possible)}.`,
      );
    const { id, title, tags, trashed } = photo ?? { id: null, title: null, tags: [], trashed: false };
    entry.possible = [photo && { id, title, tags, trashed }];
    entry.reset(photo !== null);
  }
}

function isSame(state: PhotoState | null, photo: ListedPhoto | null): boolean {
  if (!state || !photo) return state === photo;
  return (
    (state.id === null || state.id === photo.id) &&
    state.title === photo.title &&
    state.trashed === photo.trashed &&
    JSON.stringify(state.tags) === JSON.stringify(photo.tags)
  );
}
