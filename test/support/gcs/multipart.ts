import { invalid } from './errors.ts';
import { parseJsonObject } from './wire.ts';

/** The two parts of an upload: https://cloud.google.com/storage/docs/uploading-objects#rest-upload-objects */
export interface RelatedParts {
  metadata: Record<string, unknown>;
  /** The content type of the second part. */
  contentType: string | undefined;
  /** The bytes of the second part. The caller has to read all of them. */
  media: AsyncGenerator<Buffer>;
}

const MAX_HEAD_BYTES = 16 * 1024;
const MAX_METADATA_BYTES = 1024 ** 2;
const BLANK_LINE = Buffer.from('\r\n\r\n');

/**
 * Reads a multipart/related body (RFC 2387) up to the first byte of the second part.
 * @throws GcsError 400 if the body is malformed
 */
export async function readRelated(
  contentType: string | undefined,
  body: AsyncGenerator<Buffer>,
): Promise<RelatedParts> {
  const boundary = /^multipart\/related\b.*;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType ?? '');
  if (!boundary) throw invalid('Content-Type must be multipart/related with a boundary.');
  const delimiter = Buffer.from(`\r\n--${boundary[1] ?? boundary[2]}`);
  // Starts with a line break, because the first delimiter may be at the start of the body.
  const reader = new Reader(body, Buffer.from('\r\n'));
  await reader.until(delimiter, MAX_HEAD_BYTES);
  await reader.until(BLANK_LINE, MAX_HEAD_BYTES);
  const metadata = parseJsonObject((await reader.until(delimiter, MAX_METADATA_BYTES)).toString());
  const head = (await reader.until(BLANK_LINE, MAX_HEAD_BYTES)).toString();
  return {
    metadata,
    contentType: /^content-type:\s*(.+)$/im.exec(head)?.[1]?.trim(),
    media: reader.rest(delimiter),
  };
}

class Reader {
  readonly #source: AsyncGenerator<Buffer>;
  #buffer: Buffer;

  constructor(source: AsyncGenerator<Buffer>, before: Buffer) {
    this.#source = source;
    this.#buffer = before;
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#source.next();
    if (done) return false;
    this.#buffer = Buffer.concat([this.#buffer, value]);
    return true;
  }

  /** Consumes the bytes before the marker and the marker itself. Returns the bytes before the marker. */
  async until(marker: Buffer, limit: number): Promise<Buffer> {
    for (;;) {
      const at = this.#buffer.indexOf(marker);
      if (at !== -1) {
        const taken = this.#buffer.subarray(0, at);
        this.#buffer = this.#buffer.subarray(at + marker.length);
        return taken;
      }
      if (this.#buffer.length > limit || !(await this.#more())) throw malformed();
    }
  }

  /** Yields the bytes before the marker as they arrive. Reads and discards the bytes after it. */
  async *rest(marker: Buffer): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.#buffer.indexOf(marker);
      if (at !== -1) {
        yield this.#buffer.subarray(0, at);
        break;
      }
      // Holds back the last bytes, which may be the start of the marker.
      const sure = Math.max(0, this.#buffer.length - marker.length + 1);
      if (sure > 0) yield this.#buffer.subarray(0, sure);
      this.#buffer = this.#buffer.subarray(sure);
      if (!(await this.#more())) throw malformed();
    }
    for await (const dropped of this.#source) void dropped;
  }
}

function malformed() {
  return invalid('Malformed multipart body.', 'badContent');
}
