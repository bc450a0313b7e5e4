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

/** The parameters of a new session. */
export interface ResumableUpload extends Upload {
  style: 'json' | 'xml';
  /** The size that the client declared, or `null` if it declared none. */
  size: number | null;
  sizeRange: SizeRange | null;
  /** The origin of the page that started the session. */
  origin: string | null;
}

interface Session extends ResumableUpload {
  id: string;
  /** The number of bytes received so far. */
  received: number;
  /** The object, if the upload is complete. */
  object: StoredObject | null;
  /** The request that is currently writing to the session, and a promise that resolves when it ends. */
  writer: { exchange: Exchange; done: Promise<void> } | null;
}

/**
 * In bytes. All requests except the last contain a multiple of this size, and after a broken request, a multiple of
 * this size is kept.
 */
const QUANTUM = 256 * 1024;
/** The time in milliseconds after which a session expires. It is checked only when the server starts. */
const LIFETIME = 7 * 24 * 3600 * 1000;

/**
 * Resumable uploads: https://cloud.google.com/storage/docs/performing-resumable-uploads. The session URI is
 * sufficient to continue an upload. Sessions are stored in the folder `uploads` and survive a restart.
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

  /**
   * Starts a session and returns its id.
   * @throws GcsError 404 if the bucket does not exist, or 412 if a precondition fails
   */
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

  /** Returns the origin of the page that may continue a session, or `null` if no page started it. */
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
    // Client Closed Request, with which Cloud Storage confirms a cancellation.
    await exchange.send(499, {});
  }

  async #end(session: Session): Promise<void> {
    this.#sessions.delete(session.id);
    await rm(this.#bytesOf(session.id), { force: true });
    await rm(join(this.#folder, `${session.id}.json`), { force: true });
  }

  /** Receives bytes, or reports how many have been received. */
  async put(exchange: Exchange, id: string): Promise<void> {
    const session = this.#find(id);
    // A new request means that the client has abandoned its last one, even if this server has not noticed that yet.
    while (session.writer) {
      const { exchange: abandoned, done } = session.writer;
      await abandoned.reset().catch(() => undefined);
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
    if (session.object) return this.#sendObject(exchange, session, session.object);
    const part = parsePart(exchange.header('content-range'));
    const before = session.received;
    if (part.start !== null) await this.#receive(exchange, session, part.start, part);
    // If the size is unknown, the end of the request is the end of the object.
    const total = part.total ?? (part.open ? session.received : null);
    const contradiction = [part.total, session.size].find(
      (size) => size !== null && size !== (total ?? size),
    );
    if (contradiction !== undefined || (total !== null && session.received > total)) {
      await this.#truncate(session, before);
      throw invalid(`The declared size of the upload is ${session.size ?? total} bytes.`);
    }
    if (session.received === total) return this.#finish(exchange, session);
    if (part.start !== null) await this.#keepQuanta(session);
    await this.#sendIncomplete(exchange, session);
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
        // Skips bytes that have already been received.
        const newBytes = chunk.subarray(Math.max(0, before - start - sent));
        sent += chunk.length;
        if (newBytes.length === 0) continue;
        await file.write(newBytes, 0, newBytes.length, session.received);
        session.received += newBytes.length;
      }
    } catch (error) {
      await this.#keepQuanta(session);
      throw error;
    }
    const tooSmall = part.total === null && !part.open && sent < QUANTUM;
    if (part.length !== null && part.length !== sent) {
      await this.#truncate(session, before);
      throw invalid(`Content-Range declares ${part.length} bytes, but ${sent} were received.`);
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
    await this.#sendObject(exchange, session, session.object);
  }

  async #sendObject(exchange: Exchange, session: Session, object: StoredObject): Promise<void> {
    if (session.style === 'xml') return exchange.send(200, objectHeaders(exchange, object));
    const reported = { ...object, crc32c: exchange.crc32c(object.crc32c) };
    await exchange.sendJson(200, objectResource(reported, exchange.baseUrl));
  }

  async #sendIncomplete(exchange: Exchange, { id, received }: Session): Promise<void> {
    if (exchange.lost) throw new ConnectionLost();
    const range = received > 0 ? `bytes=0-${received - 1}` : undefined;
    await exchange.send(308, { range, 'x-guploader-uploadid': id });
  }
}

function plain(status: number, reason: string, message: string): GcsError {
  return new GcsError({ status, reason, code: 'InvalidArgument', message, plain: true });
}
