import { MIB } from '../../config/units.ts';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import busboy, { type Busboy, type FileInfo } from 'busboy';
import type { ProcessRequestFunction } from 'graphql-upload/processRequest.mjs';
import type Upload from 'graphql-upload/Upload.mjs';
import { IncomingFile } from '../../storage/staging/incoming-file.ts';
import type { Staging } from '../../storage/staging/staging.ts';
import { badUserInput, fault } from '../types/errors.ts';
import { isRecord, placeUploads } from './upload-map.ts';

/** Limits of one multipart request. Sizes are in bytes. */
export interface MultipartLimits {
  maxFiles: number;
  maxFileBytes: number;
  /** Size of each of the fields `operations` and `map`. */
  maxFieldBytes: number;
  /** Size of the whole body. Also enforced if the request has no Content-Length. */
  maxRequestBytes: number;
}

/** Bytes beyond `maxRequestBytes` that are read and discarded before the connection is closed. */
const EXCESS_BYTES = 16 * MIB;

/**
 * Reads a GraphQL multipart request, instead of graphql-upload's `processRequest`: `operations`, then `map`, then
 * the files. Each file is staged, and removed when the response closes unless a resolver has taken it.
 *
 * The returned function resolves with the operations as soon as `map` has been read. The promise of each Upload
 * scalar resolves with an IncomingFile when that file begins to arrive.
 * @throws FaultError with the code BAD_USER_INPUT or PAYLOAD_TOO_LARGE
 */
export function multipartReader(limits: MultipartLimits, staging: Staging): ProcessRequestFunction {
  return async (request, response) => new RequestReader(request, response, limits, staging).operations;
}

class RequestReader {
  readonly #request: IncomingMessage;
  readonly #limits: MultipartLimits;
  readonly #staging: Staging;
  readonly #parser: Busboy;
  readonly #result = Promise.withResolvers<Record<string, unknown>>();
  readonly #files: IncomingFile[] = [];
  #operations: Record<string, unknown> | undefined;
  #uploads: Map<string, Upload> | undefined;
  #receivedBytes = 0;
  #failure: Error | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, limits: MultipartLimits, staging: Staging) {
    this.#request = request;
    this.#limits = limits;
    this.#staging = staging;
    this.#parser = createParser(request, limits);
    this.#parser.on('field', (name, text, { valueTruncated }) =>
      this.#attempt(() => this.#field(name, text, valueTruncated)),
    );
    this.#parser.on('file', (name, stream, info) => this.#file(name, stream, info));
    this.#parser.on('filesLimit', () =>
      this.#fail(badUserInput(`A request may have at most ${limits.maxFiles} files.`)),
    );
    this.#parser.on('error', (error: Error) =>
      this.#fail(badUserInput(`The multipart body is malformed: ${error.message}.`)),
    );
    this.#parser.on('finish', () => this.#finish());
    response.once('close', () => this.#release());
    request.once('close', () => {
      if (!request.readableEnded)
        this.#fail(badUserInput('The connection closed before the request was complete.'));
    });
    request.on('data', (chunk: Buffer) => this.#count(chunk.length));
    request.pipe(this.#parser);
  }

  get operations(): Promise<Record<string, unknown>> {
    return this.#result.promise;
  }

  #field(name: string, text: string, isTruncated: boolean): void {
    if (isTruncated)
      throw badUserInput(
        `The multipart field \`${name.slice(0, 64)}\` must not exceed ${this.#limits.maxFieldBytes} bytes.`,
      );
    if (name === 'operations') {
      const operations = parseJson(name, text);
      if (!isRecord(operations))
        throw badUserInput(
          'The multipart field `operations` must be one JSON object. Batches are not supported.',
        );
      this.#operations = operations;
    } else if (name === 'map') {
      if (!this.#operations) throw badUserInput('The multipart field `operations` must come before `map`.');
      this.#uploads = placeUploads(this.#operations, parseJson(name, text), this.#limits.maxFiles);
      this.#result.resolve(this.#operations);
    }
  }

  #file(part: string, stream: Readable, { filename, encoding, mimeType }: FileInfo): void {
    const upload = this.#uploads?.get(part);
    if (!upload || upload.file || this.#failure) {
      stream.on('error', ignore).resume();
      if (!this.#uploads)
        this.#fail(badUserInput('The multipart fields `operations` and `map` must come before the files.'));
      return;
    }
    const labels = { filename: filename ?? '', mimetype: mimeType, encoding };
    const file = new IncomingFile(
      this.#staging,
      stream,
      this.#limits.maxFileBytes,
      labels,
      () => this.#failure ?? badUserInput('The request ended before the end of the file.'),
    );
    this.#files.push(file);
    // The stream is always read to its end, because the parser does not continue before that.
    void file.settled.then(() => stream.on('error', ignore).resume());
    upload.resolve(file);
  }

  #finish(): void {
    if (!this.#operations) return this.#fail(badUserInput('The multipart field `operations` is missing.'));
    if (!this.#uploads) return this.#fail(badUserInput('The multipart field `map` is missing.'));
    for (const [part, upload] of this.#uploads)
      if (!upload.file)
        upload.reject(
          badUserInput(`The request has no file "${part.slice(0, 64)}", which the field \`map\` names.`),
        );
  }

  #count(bytes: number): void {
    this.#receivedBytes += bytes;
    const { maxRequestBytes } = this.#limits;
    if (this.#receivedBytes <= maxRequestBytes) return;
    this.#fail(fault('PAYLOAD_TOO_LARGE', `A request must not exceed ${maxRequestBytes} bytes.`));
    if (this.#receivedBytes > maxRequestBytes + EXCESS_BYTES) this.#request.socket.destroy();
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Stops reading. Only the first failure is reported. */
  #fail(error: Error): void {
    if (this.#failure) return;
    this.#failure = error;
    for (const upload of this.#uploads?.values() ?? []) if (!upload.file) upload.reject(error);
    this.#request.unpipe(this.#parser);
    this.#parser.destroy(error);
    // Deferred, because the destroyed parser pauses the request once more in this turn of the event loop.
    setImmediate(() => this.#request.resume());
    this.#result.reject(error);
  }

  #release(): void {
    for (const file of this.#files) void file.release();
  }
}

function createParser(request: IncomingMessage, limits: MultipartLimits): Busboy {
  try {
    return busboy({
      headers: request.headers,
      defParamCharset: 'utf8',
      limits: {
        fieldNameSize: 256,
        fieldSize: limits.maxFieldBytes,
        fields: 2,
        // Busboy reports a file as too large as soon as it reaches the limit.
        fileSize: limits.maxFileBytes + 1,
        files: limits.maxFiles,
      },
    });
  } catch {
    throw badUserInput('The Content-Type header must be multipart/form-data with a boundary.');
  }
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badUserInput(`The multipart field \`${name}\` must be JSON.`);
  }
}

function ignore(): void {}
