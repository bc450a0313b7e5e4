import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Client, sha256 } from '../support/client.ts';
import { expectEqual } from './expect-equal.ts';
import { type Entry, type Ledger, type ListedPhoto, Violation } from './ledger.ts';
import { beginUpload, settleUpload } from './workload.ts';
import { filesIn, type Workspace } from './workspace.ts';

const PAGE = 200;
const FIELDS = 'id checksum sizeBytes title tags trashedAt';

/** Lists every photo of a user, including the trash, page by page. */
export async function listPhotos(client: Client): Promise<ListedPhoto[]> {
  const photos: ListedPhoto[] = [];
  for (const isTrashed of [false, true]) {
    let after: string | null = null;
    do {
      const { photos: page } = await client.data(
        `query ($after: String, $filter: PhotoFilter!) { photos(first: ${PAGE}, after: $after, filter: $filter) {
          nodes { ${FIELDS} } pageInfo { hasNextPage endCursor } totalCount } }`,
        { after, filter: { isTrashed } },
      );
      for (const { trashedAt, ...photo } of page.nodes)
        photos.push({ ...photo, trashed: trashedAt !== null });
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
  }
  return photos;
}

/**
 * Checks that the storage meter equals the sum of the listed photos.
 * @throws Violation
 */
export async function checkMeter(client: Client, photos: readonly ListedPhoto[]): Promise<void> {
  const { viewer } = await client.data('{ viewer { storage { usedBytes photoCount trashedCount } } }');
  const expected = {
    usedBytes: photos.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    photoCount: photos.filter(({ trashed }) => !trashed).length,
    trashedCount: photos.filter(({ trashed }) => trashed).length,
  };
  expectEqual('The storage meter', viewer.storage, expected);
}

/**
 * Checks that the original has the uploaded bytes, and that the other renditions are images.
 * @throws Violation
 */
export async function checkMedia(client: Client, entry: Entry): Promise<void> {
  const { id } = entry.certain ?? {};
  const fetched = async (kind: string): Promise<Buffer> => {
    const response = await client.fetch(`/media/${id}/${kind}`);
    if (response.status !== 200)
      throw new Violation(
        `The request for the ${kind} of ${entry.file.name} returned status ${response.status}.`,
      );
    return Buffer.from(await response.arrayBuffer());
  };
  expectEqual(`The original of ${entry.file.name}`, sha256(await fetched('original')), entry.checksum);
  for (const kind of ['thumbnail', 'preview']) {
    const head = (await fetched(kind)).subarray(0, 12).toString('latin1');
    if (!/^(?:\xff\xd8|\x89PNG|RIFF....WEBP)/s.test(head))
      throw new Violation(`The ${kind} of ${entry.file.name} is not an image.`);
  }
}

/**
 * Uploads the same bytes again, which must return a photo or a duplicate.
 * @throws Violation
 */
export async function uploadAgain(client: Client, entries: Entry[], door: 'upload' | 'stage'): Promise<void> {
  if (entries.length === 0) return;
  for (const entry of entries) beginUpload(entry);
  const outcomes = await client[door](...entries.map(({ file }) => file));
  for (const [index, entry] of entries.entries()) settleUpload(entry, outcomes[index]);
}

/**
 * Completes every staged upload that the sweep left, which must succeed.
 * @throws Violation
 */
export async function completeStaged(client: Client, ledger: Ledger, workspace: Workspace): Promise<void> {
  const staged = (await workspace.staged()).flatMap((id) => {
    const entry = ledger.targets.get(id);
    return entry ? [{ id, entry }] : [];
  });
  if (staged.length === 0) return;
  for (const { entry } of staged) beginUpload(entry);
  const outcomes = await client.complete(...staged.map(({ id }) => id));
  for (const [index, { entry }] of staged.entries()) settleUpload(entry, outcomes[index]);
}

/**
 * Checks that the store of an idle service contains the objects of the photos, and nothing else.
 * @throws Violation
 */
export async function checkFolders(
  dataDir: string,
  workspace: Workspace,
  users: { sub: string; photos: ListedPhoto[] }[],
): Promise<void> {
  expectEqual('temp/uploads', await filesIn(join(dataDir, 'temp/uploads')), []);
  const objects = await workspace.objects();
  const expected = users.flatMap(({ sub, photos }) => {
    const owner = createHash('sha256').update(sub).digest('hex');
    return photos.flatMap(({ id }) => [
      `photos/${owner}/${id}`,
      `thumbnails/${owner}/${id}_preview`,
      `thumbnails/${owner}/${id}_thumb`,
    ]);
  });
  expectEqual('objects', objects.map((name) => name.replace(/\.\w+$/, '')).toSorted(), expected.toSorted());
}
