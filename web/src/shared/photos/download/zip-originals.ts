import { downloadZip } from 'client-zip';
import { inOrder } from './in-order.ts';
import { bytesOf, findOriginal } from './original.ts';
import { UniqueNames } from './unique-names.ts';

/** Originals that are loaded at the same time. */
const LANES = 3;
/** A browser keeps a file on the disk before it is saved, but not one of any size. */
const MAX_ZIP_BYTES = 1_000_000_000;

interface ZipOptions {
  signal: AbortSignal;
  /** Is given each archive as it is full, the first being 1. */
  save: (zip: Blob, part: number) => void;
  onProgress: (done: number) => void;
}

/**
 * Packs the originals of photos into ZIP archives, as they are: a photo gets no smaller by packing.
 * @returns how many are no longer there
 * @throws ApiError where the service goes on failing, the signal's reason where it was aborted
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
  for await (const loaded of inOrder(ids, load, LANES)) {
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
