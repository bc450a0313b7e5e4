import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { parsePart, type Part } from './content-range.ts';
import { digestFile, parseHashHeader, verifyDigest } from './digests.ts';
import { objectHeaders } from './download.ts';
import { GcsError, invalid } from './errors.ts';
import { ConnectionLost, type Exchange } from './exchange.ts';
import { readJson, writeJson } from './files.ts';
import { checkPreconditions } from './preconditions.ts';
import { objectResource, type StoredObject } from './records.ts';
import { checkSizeRange, type SizeRange } from './size-range.ts';
import type { Store } from './store.ts';
import { checkUpload, type Upload } from './upload.ts';

/** What a session is started with. */
export interface ResumableUpload extends Upload {
  style: 'json' | 'xml';
  /** Declared by the client; null where it left it open. */
  size: number | null;
  sizeRange: SizeRange | null;
  /** The page that started it. */
  origin: string | null;
}

interface Session extends ResumableUpload {
  id: string;
  received: number;
  /** What became of it. */
  object: StoredObject | null;
  /** The request that writes to it now, and the end of that. */
  writer: { exchange: Exchange; done: Promise<void> } | null;
}

/** Bytes; all but the last request come in multiples of it, and of a broken one so much is kept. */
const QUANTUM = 256 * 1024;
/** Milliseconds after which an address holds no longer; looked at when the server starts. */
const LIFETIME = 7 * 24 * 3600 * 1000;

/**
 * Resumable uploads: https://cloud.google.com/storage/docs/performing-resumable-uploads. Their address is all that is
 * needed to go on with one. Sessions are in the folder `uploads` and outlive the process.
 */
export class ResumableUploads {
  readonly #store: Store;
  readonly #folder: string;
  readonly #sessions = new Map<string, Session>();

  private constructor(store: Store) {
    this.#store = store;
    this.#folder = join(store.folder, 'uploads');
  }

  static async open(store: Store): Promise<ResumableUploads> {
    const uploads = new ResumableUploads(store);
    await mkdir(uploads.#folder, { recursive: true });
    const files = await readdir(uploads.#folder);
    for (const file of files) if (file.endsWith('.json')) await uploads.#load(file.slice(0, -'.json'.length));
    const kept = new Set([...uploads.#sessions.keys()].flatMap((id) => [id, `${id}.json`]));
    for (const file of files) if (!kept.has(file)) await rm(join(uploads.#folder, file), { force: true });
    return uploads;
  }

  async #load(id: string): Promise<void> {
    const saved = await readJson<Session>(this.#folder, `${id}.json`);
    const bytes = await stat(this.#bytesOf(id)).catch(() => null);
    if (!bytes || saved.object || bytes.mtimeMs < Date.now() - LIFETIME) return;
    const received = Math.floor(bytes.size / QUANTUM) * QUANTUM;
    if (received < bytes.size) await truncate(this.#bytesOf(id), received);
    this.#sessions.set(id, { ...saved, received, writer: null });
  }

  #bytesOf(id: string): string {
    return join(this.#folder, id);
  }

  async #save(session: Session): Promise<void> {
    await writeJson(join(this.#folder, `${session.id}.json`), { ...session, writer: null });
  }

  /** Gives the session's id. @throws GcsError 404, 412 */
  async start(upload: ResumableUpload): Promise<string> {
    checkUpload(this.#store, upload);
    const session: Session = {
      ...upload,
      id: `local-${randomUUID()}`,
      received: 0,
      object: null,
      writer: null,
    };
    await (await open(this.#bytesOf(session.id), 'wx')).close();
    await this.#save(session);
    this.#sessions.set(session.id, session);
    return session.id;
  }

  /** The page whose requests may go on with a session. */
  originOf(id: string): string | null {
    return this.#sessions.get(id)?.origin ?? null;
  }

  #find(id: string): Session {
    const session = this.#sessions.get(id);
    if (!session) throw plain(404, 'notFound', 'Upload not found.');
    return session;
  }

  async cancel(exchange: Exchange, id: string): Promise<void> {
    await this.#end(this.#find(id));
    // Client Closed Request: what Cloud Storage answers to this.
    await exchange.send(499, {});
  }

  async #end(session: Session): Promise<void> {
    this.#sessions.delete(session.id);
    await rm(this.#bytesOf(session.id), { force: true });
    await rm(join(this.#folder, `${session.id}.json`), { force: true });
  }

  /** Takes bytes, or says how many there are. */
  async put(exchange: Exchange, id: string): Promise<void> {
    const session = this.#find(id);
    // A client that comes again has given up its last request, even where this end has not heard of it.
    while (session.writer) {
      const { exchange: older, done } = session.writer;
      await older.reset().catch(() => undefined);
      await done;
    }
    const { promise: done, resolve } = Promise.withResolvers<void>();
    session.writer = { exchange, done };
    try {
      await this.#put(exchange, session);
    } finally {
      session.writer = null;
      resolve();
    }
  }

  async #put(exchange: Exchange, session: Session): Promise<void> {
    if (session.object) return this.#answer(exchange, session, session.object);
    const part = parsePart(exchange.header('content-range'));
    const before = session.received;
    if (part.start !== null) await this.#receive(exchange, session, part.start, part);
    // Bytes of an unknown number go on to the request's end.
    const total = part.total ?? (part.open ? session.received : null);
    const wrong = [part.total, session.size].find((size) => size !== null && size !== (total ?? size));
    if (wrong !== undefined || (total !== null && session.received > total)) {
      await this.#truncate(session, before);
      throw invalid(`The upload was declared with ${session.size ?? total} bytes.`);
    }
    if (session.received === total) return this.#finish(exchange, session);
    if (part.start !== null) await this.#keepQuanta(session);
    await this.#answerIncomplete(exchange, session);
  }

  async #receive(exchange: Exchange, session: Session, start: number, part: Part): Promise<void> {
    const before = session.received;
    if (start > before)
      throw plain(
        503,
        'backendError',
        `Invalid request.  According to the Content-Range header, the upload offset is ${start} byte(s), which` +
          ` exceeds already uploaded size of ${before} byte(s).`,
      );
    let sent = 0;
    try {
      await using file = await open(this.#bytesOf(session.id), 'r+');
      for await (const chunk of exchange.body()) {
        // What is here already is not written again.
        const fresh = chunk.subarray(Math.max(0, before - start - sent));
        sent += chunk.length;
        if (fresh.length === 0) continue;
        await file.write(fresh, 0, fresh.length, session.received);
        session.received += fresh.length;
      }
    } catch (error) {
      await this.#keepQuanta(session);
      throw error;
    }
    const tooSmall = part.total === null && !part.open && sent < QUANTUM;
    if (part.length !== null && part.length !== sent) {
      await this.#truncate(session, before);
      throw invalid(`Content-Range names ${part.length} bytes, ${sent} came.`);
    }
    if (tooSmall) {
      await this.#truncate(session, before);
      throw plain(
        400,
        'badRequest',
        `Invalid request.  The number of bytes uploaded is required to be equal or greater than ${QUANTUM}, except` +
          ` for the final request (it's recommended to be the exact multiple of ${QUANTUM}).  The received request` +
          ` contained ${sent} bytes, which does not meet this requirement.`,
      );
    }
  }

  async #keepQuanta(session: Session): Promise<void> {
    await this.#truncate(session, Math.floor(session.received / QUANTUM) * QUANTUM);
  }

  async #truncate(session: Session, size: number): Promise<void> {
    session.received = size;
    await truncate(this.#bytesOf(session.id), size);
  }

  async #finish(exchange: Exchange, session: Session): Promise<void> {
    const path = this.#bytesOf(session.id);
    try {
      checkSizeRange(session.sizeRange, session.received);
      const content = await digestFile(path);
      verifyDigest(content, session.expected, parseHashHeader(exchange.header('x-goog-hash')));
      session.object = await this.#store.commit(session, { path, ...content }, session.fields, (current) =>
        checkPreconditions(session.conditions, current, 'write'),
      );
    } catch (error) {
      await this.#end(session);
      throw error;
    }
    await this.#save(session);
    await this.#answer(exchange, session, session.object);
  }

  async #answer(exchange: Exchange, session: Session, object: StoredObject): Promise<void> {
    if (session.style === 'xml') return exchange.send(200, objectHeaders(exchange, object));
    const told = { ...object, crc32c: exchange.crc32c(object.crc32c) };
    await exchange.sendJson(200, objectResource(told, exchange.baseUrl));
  }

  async #answerIncomplete(exchange: Exchange, { id, received }: Session): Promise<void> {
    if (exchange.lost) throw new ConnectionLost();
    const range = received > 0 ? `bytes=0-${received - 1}` : undefined;
    await exchange.send(308, { range, 'x-guploader-uploadid': id });
  }
}

function plain(status: number, reason: string, message: string): GcsError {
  return new GcsError({ status, reason, code: 'InvalidArgument', message, plain: true });
}
