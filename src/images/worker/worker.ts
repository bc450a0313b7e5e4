import { constants, setPriority } from 'node:os';
import sharp from 'sharp';
import { ImageRefusedError } from '../image.ts';
import { restrictSharp } from '../decode/decode.ts';
import { endWithParent } from './parent-watch.ts';
import { hasProc } from './process-memory.ts';
import { processImage } from './process-image.ts';
import type { WorkerReply, WorkerRequest } from './worker-messages.ts';

// The program of one child process of worker-pool.ts. Node runs this file as it stands, and its compiled form.

const MEMORY_REPORT_MS = 200;

endWithParent();
// Below the server, which has people waiting. Not every platform lets a process say so.
try {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
} catch {
  // Then they are equals.
}
restrictSharp();
if (!hasProc()) {
  setInterval(() => send({ kind: 'memory', rssBytes: process.memoryUsage.rss() }), MEMORY_REPORT_MS).unref();
}
process.on('message', (request: WorkerRequest) => {
  void answer(request).then(send);
});
send({ kind: 'ready' });

async function answer(request: WorkerRequest): Promise<WorkerReply> {
  const { id } = request;
  if (request.kind === 'ping') return { kind: 'pong', id };
  try {
    sharp.concurrency(request.threads);
    return { kind: 'processed', id, image: await processImage(request.path, request.maxPixels) };
  } catch (error) {
    if (error instanceof ImageRefusedError) {
      return { kind: 'refused', id, code: error.code, message: error.message };
    }
    return { kind: 'failed', id, message: error instanceof Error ? error.message : String(error) };
  }
}

function send(reply: WorkerReply): void {
  // The parent may just have gone; endWithParent() then ends this process.
  process.send?.(reply, () => undefined);
}
