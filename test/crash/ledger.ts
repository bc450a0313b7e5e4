import { sha256, type TestFile } from '../support/client.ts';

/** What a person knows of a photo of theirs. */
export interface PhotoState {
  /** Null until an answer or a list has said it. */
  id: string | null;
  title: string | null;
  tags: string[];
  trashed: boolean;
}

/** A photo as the service lists it. */
export interface ListedPhoto extends PhotoState {
  id: string;
  checksum: string;
  sizeBytes: number;
}

/** The service broke a promise. */
export class Violation extends Error {
  override name = 'Violation';
}

const LARGE_BYTES = 300_000;
const HUGE_EVERY = 100;

/** A file that may be uploaded, and what the library may hold of it now: one state, or two while an answer is awaited. */
export class Entry {
  readonly file: TestFile;
  readonly checksum: string;
  /** Null: it is not in the library. */
  possible: (PhotoState | null)[] = [null];
  /** Requests about it that are under way, and those of them that upload it. */
  busy = 0;
  uploading = 0;
  /** Uploads of it since it was last known not to be there. */
  uploads = 0;
  /** An upload was answered with the photo that it made; all others are duplicates. */
  isMade = false;

  constructor(file: TestFile) {
    this.file = file;
    this.checksum = sha256(file.bytes);
  }

  get certain(): PhotoState | null {
    const [state = null] = this.possible;
    if (this.possible.length !== 1) throw new Error(`${this.file.name} is not certain.`);
    return state;
  }

  /** A request that makes `next` of the photo is sent. */
  begin(next: PhotoState | null): void {
    this.busy += 1;
    this.possible = [...this.possible, next];
  }

  /** It was acknowledged. */
  settle(state: PhotoState | null): void {
    this.busy -= 1;
    this.possible = [state];
    if (!state) this.startOver(false);
  }

  /** Nothing is under way about it. */
  startOver(isMade: boolean): void {
    this.busy = 0;
    this.uploading = 0;
    this.uploads = 0;
    this.isMade = isMade;
  }
}

/** All that a person has ever sent, and what was acknowledged of it. */
export class Ledger {
  readonly person: string;
  readonly entries: Entry[] = [];
  /** Which entry each acknowledged upload target is for. */
  readonly targets = new Map<string, Entry>();
  readonly #photo: Buffer;
  readonly #hugeBytes: number;

  /**
   * `photo` is a JPEG, from which any number of files are made: what follows its end is not looked at. A few have
   * `hugeBytes` of that.
   */
  constructor(person: string, photo: Buffer, hugeBytes: number) {
    this.person = person;
    this.#photo = photo;
    this.#hugeBytes = hugeBytes;
  }

  newEntry(): Entry {
    const serial = this.entries.length;
    const isHuge = serial % HUGE_EVERY === 7;
    const size = isHuge ? this.#hugeBytes : serial % 8 === 7 ? LARGE_BYTES : 0;
    const filler = Buffer.alloc(size, serial);
    const bytes = Buffer.concat([this.#photo, Buffer.from(`${this.person} ${serial}`), filler]);
    const entry = new Entry({ name: `${serial}.jpg`, bytes });
    this.entries.push(entry);
    return entry;
  }

  /** Compares what is listed with what may be; what is listed is certain from here on. Gives the entries that changed. */
  reconcile(listed: readonly ListedPhoto[]): void {
    const byChecksum = Map.groupBy(listed, ({ checksum }) => checksum);
    for (const entry of this.entries) {
      const photos = byChecksum.get(entry.checksum) ?? [];
      byChecksum.delete(entry.checksum);
      if (photos.length > 1) throw new Violation(`${entry.file.name} of ${this.person} is there twice.`);
      this.#reconcileOne(entry, photos[0] ?? null);
    }
    if (byChecksum.size > 0)
      throw new Violation(
        `${this.person} has ${byChecksum.size} photos of bytes that were never sent, or not since they were deleted.`,
      );
  }

  #reconcileOne(entry: Entry, photo: ListedPhoto | null): void {
    if (photo && photo.sizeBytes !== entry.file.bytes.length)
      throw new Violation(`${entry.file.name} is listed with ${photo.sizeBytes} bytes.`);
    if (!entry.possible.some((state) => isSame(state, photo)))
      throw new Violation(
        `${entry.file.name} of ${this.person} may be ${JSON.stringify(entry.possible)} and is ${JSON.stringify(photo)}.`,
      );
    const { id, title, tags, trashed } = photo ?? { id: null, title: null, tags: [], trashed: false };
    entry.possible = [photo && { id, title, tags, trashed }];
    entry.startOver(photo !== null);
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
