import { downloadZip } from 'client-zip';
import { inOrder } from './in-order.ts';
import { bytesOf, findOriginal } from './original.ts';
import { UniqueNames } from './unique-names.ts';

/** The number of originals that are loaded concurrently. */
const CONCURRENCY = 3;
/** The maximum size of an archive. A browser writes it to the disk before it is saved, but limits the size. */
const MAX_ZIP_BYTES = 1_000_000_000;

interface ZipOptions {
  signal: AbortSignal;
  /** Called for each archive when it is full. `part` counts from 1. */
  save: (zip: Blob, part: number) => void;
  /** Called after each photo. */
  onProgress: (done: number) => void;
}

/**
 * Packs the originals of photos into ZIP archives, without compression, because it would not make photos smaller.
 * @returns the number of photos that no longer exist
 * @throws ApiError if the service fails repeatedly, or the signal's reason if it is aborted
 */
export async function zipOriginals(
  ids: readonly string[],
  { signal, save, onProgress }: ZipOptions,
): Promise<number> {
  let names = new UniqueNames();
  let files: { name: string; lastModified: Date; input: Blob }[] = [];
  let bytes = 0;
  let part = 0;
  let done = 0;
  let gone = 0;
  const pack = async () => {
    if (files.length === 0) return;
    save(await downloadZip(files).blob(), ++part);
    files = [];
    bytes = 0;
    names = new UniqueNames();
  };
  const load = async (id: string) => {
    const original = await findOriginal(id, signal);
    return original && { original, input: await bytesOf(original, signal) };
  };
  for await (const loaded of inOrder(ids, load, CONCURRENCY)) {
    onProgress(++done);
    if (!loaded?.input) {
      gone += 1;
      continue;
    }
    const { original, input } = loaded;
    if (bytes + input.size > MAX_ZIP_BYTES) await pack();
    bytes += input.size;
    files.push({ name: names.next(original.filename), lastModified: new Date(original.takenAt), input });
  }
  await pack();
  return gone;
}
