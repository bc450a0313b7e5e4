import type { HashAnswer, HashRequest } from './file-hasher.ts';
import { sha256 } from './sha256.ts';

addEventListener('message', ({ data }: MessageEvent<HashRequest>) => {
  void answer(data);
});

async function answer({ id, file }: HashRequest): Promise<void> {
  let message: HashAnswer;
  try {
    message = { id, checksum: await sha256(file) };
  } catch {
    // The file is gone, or may not be read any more.
    message = { id, checksum: null };
  }
  postMessage(message);
}
