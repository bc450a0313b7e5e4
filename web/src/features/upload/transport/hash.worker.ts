import type { HashResult, HashRequest } from './file-hasher.ts';
import { sha256 } from './sha256.ts';

addEventListener('message', ({ data }: MessageEvent<HashRequest>) => {
  void respond(data);
});

async function respond({ id, file }: HashRequest): Promise<void> {
  let message: HashResult;
  try {
    message = { id, checksum: await sha256(file) };
  } catch {
    // The file was deleted, or the page has lost the permission to read it.
    message = { id, checksum: null };
  }
  postMessage(message);
}
