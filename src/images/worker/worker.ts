import { constants, setPriority } from 'node:os';
import sharp from 'sharp';
import { ImageRefusedError } from '../image.ts';
import { restrictSharp } from '../decode/decode.ts';
import { endWithParent } from './parent-watch.ts';
import { hasProc } from './process-memory.ts';
import { processImage } from './process-image.ts';
import type { WorkerReply, WorkerRequest } from './worker-messages.ts';

// The entry point of a worker process. Node.js runs either this TypeScript file or its compiled form.

const MEMORY_REPORT_MS = 200;

endWithParent();
// Lower than the priority of the server, which has users waiting. Some platforms do not allow this call.
try {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
} catch {
  // Keep the default priority.
}
restrictSharp();
if (!hasProc()) {
  setInterval(() => send({ kind: 'memory', rssBytes: process.memoryUsage.rss() }), MEMORY_REPORT_MS).unref();
}
process.on('message', (request: WorkerRequest) => {
  void handle(request).then(send);
});
send({ kind: 'ready' });

async function handle(request: WorkerRequest): Promise<WorkerReply> {
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
  // Sending fails if the parent has just ended. In this case, endWithParent() ends this process.
  process.send?.(reply, () => undefined);
}
