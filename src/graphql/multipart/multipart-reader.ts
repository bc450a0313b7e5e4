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

/** Sizes in bytes. */
export interface MultipartLimits {
  maxFiles: number;
  maxFileBytes: number;
  /** Of `operations` and of `map`. */
  maxFieldBytes: number;
  /** Of the whole body, whether its length was announced or not. */
  maxRequestBytes: number;
}

/** Beyond `maxRequestBytes`, how much is thrown away before the connection is cut. */
const EXCESS_BYTES = 16 * MIB;

/**
 * Reads a GraphQL multipart request in place of graphql-upload's `processRequest`: `operations`, then `map`, then the
 * files, each of which is staged, and gone when the response has closed unless it was taken. Resolves with the
 * operations as soon as `map` is read; the Upload scalar's promises follow, as IncomingFile, as the files begin to arrive.
 * Rejects with a fault of the code BAD_USER_INPUT or PAYLOAD_TOO_LARGE.
 */
export function multipartReader(limits: MultipartLimits, staging: Staging): ProcessRequestFunction {
  return async (request, response) => new Reading(request, response, limits, staging).operations;
}

class Reading {
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
    this.#parser = parserOf(request, limits);
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
        this.#fail(badUserInput('The connection closed before the request was whole.'));
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
        `The multipart field \`${name.slice(0, 64)}\` may have at most ${this.#limits.maxFieldBytes} bytes.`,
      );
    if (name === 'operations') {
      const operations = parseJson(name, text);
      if (!isRecord(operations))
        throw badUserInput(
          'The multipart field `operations` must be one JSON object; batches are not taken.',
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
      () => this.#failure ?? badUserInput('The request ended before the file.'),
    );
    this.#files.push(file);
    // To its end in any case: the parser waits for each part.
    void file.settled.then(() => stream.on('error', ignore).resume());
    upload.resolve(file);
  }

  #finish(): void {
    if (!this.#operations) return this.#fail(badUserInput('The multipart field `operations` is missing.'));
    if (!this.#uploads) return this.#fail(badUserInput('The multipart field `map` is missing.'));
    for (const [part, upload] of this.#uploads)
      if (!upload.file)
        upload.reject(
          badUserInput(`The request has no file "${part.slice(0, 64)}", which its \`map\` names.`),
        );
  }

  #count(bytes: number): void {
    this.#receivedBytes += bytes;
    const { maxRequestBytes } = this.#limits;
    if (this.#receivedBytes <= maxRequestBytes) return;
    this.#fail(fault('PAYLOAD_TOO_LARGE', `A request may have at most ${maxRequestBytes} bytes.`));
    if (this.#receivedBytes > maxRequestBytes + EXCESS_BYTES) this.#request.socket.destroy();
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Stops reading; the first failure is the one that is told. */
  #fail(error: Error): void {
    if (this.#failure) return;
    this.#failure = error;
    for (const upload of this.#uploads?.values() ?? []) if (!upload.file) upload.reject(error);
    this.#request.unpipe(this.#parser);
    this.#parser.destroy(error);
    // Later: a destroyed parser pauses the request once more in this turn of the event loop.
    setImmediate(() => this.#request.resume());
    this.#result.reject(error);
  }

  #release(): void {
    for (const file of this.#files) void file.release();
  }
}

function parserOf(request: IncomingMessage, limits: MultipartLimits): Busboy {
  try {
    return busboy({
      headers: request.headers,
      defParamCharset: 'utf8',
      limits: {
        fieldNameSize: 256,
        fieldSize: limits.maxFieldBytes,
        fields: 2,
        // Busboy takes a file for too large as soon as it reaches the limit.
        fileSize: limits.maxFileBytes + 1,
        files: limits.maxFiles,
      },
    });
  } catch {
    throw badUserInput('The header Content-Type must be multipart/form-data with a boundary.');
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
