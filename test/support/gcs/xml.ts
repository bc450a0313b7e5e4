import { parseHashHeader } from './digests.ts';
import { objectHeaders, sendObject } from './download.ts';
import { accessDenied, invalid } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { AccessTokens, ServiceAccount } from './identity.ts';
import { checkPreconditions, preconditionsOfHeaders } from './preconditions.ts';
import { fieldsOf, type ObjectAddress, type ObjectFields } from './records.ts';
import type { ResumableUploads } from './resumable.ts';
import { isSigned, verifySignedUrl } from './signed-urls.ts';
import { checkSizeRange, parseSizeRange, withinSizeRange } from './size-range.ts';
import type { Store } from './store.ts';
import { checkObjectName, storeUpload, type Upload } from './upload.ts';
import { headerText } from './wire.ts';

export interface XmlServices {
  store: Store;
  resumable: ResumableUploads;
  account: ServiceAccount;
  tokens: AccessTokens;
  /** Returns the time in milliseconds since 1970. */
  now: () => number;
}

/**
 * Objects in the XML API, with path-style URLs:
 * https://cloud.google.com/storage/docs/xml-api/reference-methods#object. Requests need a signature or a token,
 * even if the JSON API of the server does not require tokens.
 */
export class XmlApi {
  readonly #services: XmlServices;

  constructor(services: XmlServices) {
    this.#services = services;
  }

  async #authorize(exchange: Exchange, permission: string): Promise<void> {
    const { method, rawPath, query } = exchange;
    const { account, tokens, now } = this.#services;
    if (isSigned(query)) {
      const { headers } = exchange.request;
      verifySignedUrl({ method, rawPath, query, headers }, account, now());
      return;
    }
    const authorization = exchange.header('authorization');
    if (authorization === undefined)
      throw accessDenied(
        `Anonymous caller does not have ${permission} access to the Google Cloud Storage object.` +
          ` Permission '${permission}' denied on resource (or it may not exist).`,
      );
    await tokens.authorize(authorization, permission);
  }

  /** Handles GET and HEAD. */
  async get(exchange: Exchange, { bucket, name }: ObjectAddress): Promise<void> {
    await this.#authorize(exchange, 'storage.objects.get');
    const { store } = this.#services;
    const object = store.get(bucket, name, exchange.query.get('generation'));
    checkPreconditions(this.#conditionsOf(exchange), object, 'read');
    await sendObject(exchange, store, object);
  }

  async delete(exchange: Exchange, { bucket, name }: ObjectAddress): Promise<void> {
    await this.#authorize(exchange, 'storage.objects.delete');
    const conditions = this.#conditionsOf(exchange);
    await this.#services.store.delete(bucket, name, (current) =>
      checkPreconditions(conditions, current, 'write'),
    );
    await exchange.send(204, {});
  }

  async put(exchange: Exchange, address: ObjectAddress): Promise<void> {
    await this.#authorize(exchange, 'storage.objects.create');
    const range = parseSizeRange(exchange.header('x-goog-content-length-range'));
    const length = exchange.header('content-length');
    if (length !== undefined) checkSizeRange(range, Number(length));
    const upload = this.#uploadOf(exchange, address);
    const object = await storeUpload(this.#services.store, upload, withinSizeRange(range, exchange.body()));
    await exchange.send(200, {
      ...objectHeaders(exchange, object),
      'content-type': 'text/html; charset=UTF-8',
    });
  }

  /** Starts a resumable upload. The conditions of this request, such as the size range, apply to the whole upload. */
  async startResumable(exchange: Exchange, address: ObjectAddress): Promise<void> {
    await this.#authorize(exchange, 'storage.objects.create');
    if (exchange.header('x-goog-resumable') !== 'start')
      throw invalid('A POST request starts a resumable upload: x-goog-resumable must be start.');
    const id = await this.#services.resumable.start({
      ...this.#uploadOf(exchange, address),
      style: 'xml',
      size: null,
      sizeRange: parseSizeRange(exchange.header('x-goog-content-length-range')),
      origin: exchange.header('origin') ?? null,
    });
    const location = `${exchange.baseUrl}${exchange.rawPath}?${new URLSearchParams({ upload_id: id })}`;
    await exchange.send(201, { location, 'x-guploader-uploadid': id });
  }

  #conditionsOf(exchange: Exchange) {
    return preconditionsOfHeaders((name) => exchange.header(name));
  }

  #uploadOf(exchange: Exchange, { bucket, name }: ObjectAddress): Upload {
    const { crc32c, md5Hash } = parseHashHeader(exchange.header('x-goog-hash'));
    return {
      bucket,
      name: checkObjectName(name),
      fields: this.#fieldsOf(exchange),
      conditions: this.#conditionsOf(exchange),
      expected: { crc32c, md5Hash: md5Hash ?? exchange.header('content-md5') },
    };
  }

  #fieldsOf(exchange: Exchange): ObjectFields {
    const { headers } = exchange.request;
    const custom = Object.keys(headers).filter((name) => name.startsWith('x-goog-meta-'));
    return fieldsOf({
      cacheControl: headers['cache-control'],
      contentDisposition: headers['content-disposition'] && headerText(headers['content-disposition']),
      contentEncoding: headers['content-encoding'],
      contentLanguage: headers['content-language'],
      contentType: headers['content-type'],
      customTime: headers['x-goog-custom-time'],
      storageClass: headers['x-goog-storage-class'],
      ...(custom.length > 0 && {
        metadata: Object.fromEntries(
          custom.map((name) => [name.slice('x-goog-meta-'.length), headerText(exchange.header(name) ?? '')]),
        ),
      }),
    });
  }
}
