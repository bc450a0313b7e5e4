import { type ExpectedDigest, parseHashHeader } from './digests.ts';
import { invalid } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { readRelated } from './multipart.ts';
import { preconditionsOfQuery } from './preconditions.ts';
import { fieldsOf, objectResource } from './records.ts';
import type { ResumableUploads } from './resumable.ts';
import type { Store } from './store.ts';
import { checkObjectName, expectedOf, storeUpload, type Upload } from './upload.ts';

/** Uploads in the JSON API: media uploads, multipart uploads, and the start of resumable uploads. */
export class UploadsApi {
  readonly #store: Store;
  readonly #resumable: ResumableUploads;

  constructor(store: Store, resumable: ResumableUploads) {
    this.#store = store;
    this.#resumable = resumable;
  }

  async insert(exchange: Exchange, bucket: string): Promise<void> {
    const upload =
      exchange.query.get('uploadType') === 'multipart'
        ? await this.#multipart(exchange, bucket)
        : this.#media(exchange, bucket);
    const object = await storeUpload(this.#store, upload, upload.bytes);
    const reported = { ...object, crc32c: exchange.crc32c(object.crc32c) };
    await exchange.sendJson(200, objectResource(reported, exchange.baseUrl));
  }

  #media(exchange: Exchange, bucket: string): Upload & { bytes: AsyncIterable<Buffer> } {
    const { query } = exchange;
    return {
      bucket,
      name: checkObjectName(query.get('name')),
      fields: fieldsOf({
        contentType: exchange.header('content-type'),
        contentEncoding: query.get('contentEncoding') ?? undefined,
      }),
      conditions: preconditionsOfQuery(query),
      expected: parseHashHeader(exchange.header('x-goog-hash')),
      bytes: exchange.body(),
    };
  }

  async #multipart(exchange: Exchange, bucket: string): Promise<Upload & { bytes: AsyncIterable<Buffer> }> {
    const parts = await readRelated(exchange.header('content-type'), exchange.body());
    const { metadata } = parts;
    return {
      bucket,
      name: checkObjectName(exchange.query.get('name') ?? metadata.name),
      fields: fieldsOf({ ...metadata, contentType: metadata.contentType ?? parts.contentType }),
      conditions: preconditionsOfQuery(exchange.query),
      expected: {
        ...definedOf(parseHashHeader(exchange.header('x-goog-hash'))),
        ...definedOf(expectedOf(metadata)),
      },
      bytes: parts.media,
    };
  }

  async startResumable(exchange: Exchange, bucket: string): Promise<void> {
    const metadata = await exchange.readJson();
    const name = checkObjectName(exchange.query.get('name') ?? metadata.name);
    const contentType = metadata.contentType ?? exchange.header('x-upload-content-type');
    const id = await this.#resumable.start({
      style: 'json',
      bucket,
      name,
      fields: fieldsOf({ ...metadata, contentType }),
      conditions: preconditionsOfQuery(exchange.query),
      expected: expectedOf(metadata),
      size: sizeOf(exchange.header('x-upload-content-length')),
      sizeRange: null,
      origin: exchange.header('origin') ?? null,
    });
    const query = new URLSearchParams({ uploadType: 'resumable', name, upload_id: id });
    const location = `${exchange.baseUrl}/upload/storage/v1/b/${bucket}/o?${query}`;
    await exchange.send(200, { location, 'x-guploader-uploadid': id });
  }
}

function definedOf({ crc32c, md5Hash }: ExpectedDigest): ExpectedDigest {
  return { ...(crc32c !== undefined && { crc32c }), ...(md5Hash !== undefined && { md5Hash }) };
}

function sizeOf(header: string | undefined): number | null {
  if (header === undefined) return null;
  if (!/^\d{1,15}$/.test(header)) throw invalid(`Invalid X-Upload-Content-Length: ${header}`);
  return Number(header);
}
