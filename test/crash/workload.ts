import { isNativeError } from 'node:util/types';
import type { Client, GraphqlResponse } from '../support/client.ts';
import { type Entry, type Ledger, type PhotoState, Violation } from './ledger.ts';
import { pick, shuffled } from './random.ts';

type Outcome = GraphqlResponse['data'];

const BLANK: PhotoState = { id: null, title: null, tags: [], trashed: false };
const TAGS = ['sea', 'snow', 'town', 'été', '海'];
const MAX_FILES = 3;
/** At this number of photos, deletions become as frequent as uploads, so that the library stops growing. */
const TARGET_SIZE = 150;

/** True if the connection broke because the service was killed. */
export function isConnectionLost(error: unknown): boolean {
  // Not `instanceof`, because errors come from another realm under a test runner.
  return isNativeError(error) && /^(?:fetch failed|terminated)$/.test(error.message);
}

/** The service reported that it cannot work now; the result of the request is unknown, as after a kill. */
class OutageError extends Error {}

function isOutage(error: unknown): boolean {
  return error instanceof OutageError || (isNativeError(error) && error.message.includes('"UNAVAILABLE"'));
}

/**
 * Uses the library of a user, one random action after another, until the service, or its database, is killed.
 * @param mayFail whether the service may report outages, because its database is killed
 * @throws Violation
 */
export async function useLibrary(
  client: Client,
  ledger: Ledger,
  random: () => number,
  mayFail: boolean,
): Promise<void> {
  const actor = new Actor(client, ledger, random);
  try {
    for (;;) await actor.act();
  } catch (error) {
    if (!isConnectionLost(error) && !(mayFail && isOutage(error))) throw error;
  }
}

/** One of several clients of a user. They share the ledger. */
class Actor {
  readonly #client: Client;
  readonly #ledger: Ledger;
  readonly #random: () => number;

  constructor(client: Client, ledger: Ledger, random: () => number) {
    this.#client = client;
    this.#ledger = ledger;
    this.#random = random;
  }

  async act(): Promise<void> {
    const present = this.#ledger.entries.filter((entry) => entry.busy === 0 && entry.certain);
    const chance = this.#random();
    if (present.length < 4 || chance < (present.length < TARGET_SIZE ? 0.5 : 0.2)) return this.#upload();
    const some = shuffled(this.#random, present).slice(0, 1 + Math.floor(this.#random() * MAX_FILES));
    if (chance < 0.7) return this.#edit(some);
    if (chance < 0.82) return this.#setTrashed(some, this.#random() < 0.5);
    return this.#delete(some);
  }

  /**
   * Uploads files through one of the doors: new files, deleted files, files that another client is uploading, and a
   * few that the library already has.
   */
  async #upload(): Promise<void> {
    const known = this.#ledger.entries.filter(
      (entry) => entry.busy === entry.uploading && (entry.busy > 0 || this.#random() < 0.1),
    );
    const chosen = new Set<Entry>();
    const count = 1 + Math.floor(this.#random() * MAX_FILES);
    while (chosen.size < count) {
      const old = this.#random() < 0.3 ? pick(this.#random, known) : undefined;
      chosen.add(old ?? this.#ledger.newEntry());
    }
    const entries = [...chosen];
    for (const entry of entries) beginUpload(entry);
    const files = entries.map(({ file }) => file);
    const outcomes = this.#random() < 0.6 ? await this.#client.upload(...files) : await this.#stage(entries);
    for (const [index, entry] of entries.entries()) settleUpload(entry, outcomes[index]);
  }

  async #stage(entries: Entry[]): Promise<(Outcome | undefined)[]> {
    const targets = await this.#client.declare(...entries.map(({ file }) => file));
    const open = entries.flatMap((entry, index) => {
      const target = targets[index];
      return target?.['__typename'] === 'UploadTarget' ? [{ entry, target }] : [];
    });
    for (const { entry, target } of open) this.#ledger.targets.set(target['id'], entry);
    await Promise.all(
      open.map(async ({ entry, target }) => {
        const { status } = await this.#client.put(target, entry.file.bytes);
        if (status === 503) throw new OutageError('A target reported an outage.');
        if (status !== 200) throw new Violation(`A target responded with status ${status}.`);
      }),
    );
    const completed =
      open.length > 0 ? await this.#client.complete(...open.map(({ target }) => target['id'])) : [];
    return entries.map((entry, index) => {
      const at = open.findIndex((each) => each.entry === entry);
      return at < 0 ? targets[index] : completed[at];
    });
  }

  async #edit(entries: Entry[]): Promise<void> {
    const tag = pick(this.#random, TAGS) ?? '';
    const title = `title ${Math.floor(this.#random() * 1e6)}`;
    const [patch, next] = pick<[object, (state: PhotoState) => PhotoState]>(this.#random, [
      [{ title, addTags: [tag] }, (state) => ({ ...state, title, tags: [...new Set([...state.tags, tag])] })],
      [
        { removeTags: [tag], title: null },
        (state) => ({ ...state, title: null, tags: state.tags.filter((each) => each !== tag) }),
      ],
      [{ tags: [tag, title] }, (state) => ({ ...state, tags: [tag, title] })],
    ]) ?? [{}, (state) => state];
    await this.#change(entries, next, (ids) =>
      this.#client.data(
        'mutation ($ids: [ID!]!, $patch: PhotoPatch!) { results: updatePhotos(ids: $ids, patch: $patch) { __typename } }',
        { ids, patch },
      ),
    );
  }

  async #setTrashed(entries: Entry[], trashed: boolean): Promise<void> {
    const field = trashed ? 'trashPhotos' : 'restorePhotos';
    await this.#change(
      entries,
      (state) => ({ ...state, trashed }),
      (ids) =>
        this.#client.data(`mutation ($ids: [ID!]!) { results: ${field}(ids: $ids) { __typename } }`, { ids }),
    );
  }

  async #delete(entries: Entry[]): Promise<void> {
    await this.#change(
      entries,
      () => null,
      (ids) =>
        this.#client.data('mutation ($ids: [ID!]!) { results: deletePhotos(ids: $ids) { __typename } }', {
          ids,
        }),
    );
  }

  async #change(
    entries: Entry[],
    next: (state: PhotoState) => PhotoState | null,
    send: (ids: (string | null)[]) => Promise<Outcome>,
  ): Promise<void> {
    const changes = entries.flatMap((entry) => {
      const before = entry.certain;
      return before ? [{ entry, before, after: next(before) }] : [];
    });
    for (const { entry, after } of changes) entry.begin(after);
    const { results } = (await send(changes.map(({ before }) => before.id))) as {
      results: { __typename: string }[];
    };
    for (const [index, { entry, after }] of changes.entries()) {
      const expected = after ? 'Photo' : 'DeletedPhoto';
      const result = results[index]?.__typename;
      if (result !== expected) throw new Violation(`A change of ${entry.file.name} returned ${result}.`);
      entry.settle(after);
    }
  }
}

/** Records that an upload of the file has been sent. */
export function beginUpload(entry: Entry): void {
  entry.uploads += 1;
  entry.uploading += 1;
  // An upload of bytes that the library already has does not change the photo.
  if (entry.possible.includes(null)) entry.begin(BLANK);
  else entry.busy += 1;
}

/**
 * Records the result of an upload.
 * @throws Violation if the result is neither a new photo nor a duplicate of the right one
 */
export function settleUpload(entry: Entry, outcome: Outcome | undefined): void {
  // One file of a batch can fail by itself.
  if (outcome?.['code'] === 'UPLOAD_INCOMPLETE') throw new OutageError('An upload reported an outage.');
  entry.uploading -= 1;
  const known = entry.possible.find((state) => state?.id);
  const isPhoto = outcome?.['__typename'] === 'Photo' && !entry.isCreated;
  // With concurrent uploads, the response for a duplicate may arrive before the response for the photo.
  const isDuplicate = outcome?.['__typename'] === 'DuplicatePhotoError' && (known ?? entry.uploads > 1);
  const id: string = isPhoto ? outcome['id'] : outcome?.['photo']?.id;
  if ((!isPhoto && !isDuplicate) || (known && known.id !== id))
    throw new Violation(
      `The upload of ${entry.file.name} returned ${JSON.stringify(outcome)}. Possible states: ${JSON.stringify(entry.possible)}.`,
    );
  entry.isCreated ||= isPhoto;
  entry.settle(known ?? { ...BLANK, id });
}
