import { sendObject } from './download.ts';
import { invalid } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { listOptionsOf } from './listing.ts';
import { checkPreconditions, preconditionsOfQuery } from './preconditions.ts';
import {
  fieldsOf,
  type ObjectAddress,
  type ObjectFields,
  objectResource,
  patchFields,
  type StoredObject,
} from './records.ts';
import type { Content, Store } from './store.ts';
import { checkObjectName } from './upload.ts';

/** Objects in the JSON API: https://cloud.google.com/storage/docs/json_api/v1/objects */
export class ObjectsApi {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async #sendResource(exchange: Exchange, object: StoredObject): Promise<void> {
    const reported = { ...object, crc32c: exchange.crc32c(object.crc32c) };
    await exchange.sendJson(200, objectResource(reported, exchange.baseUrl));
  }

  #read(exchange: Exchange, { bucket, name }: ObjectAddress): StoredObject {
    const object = this.#store.get(bucket, name, exchange.query.get('generation'));
    checkPreconditions(preconditionsOfQuery(exchange.query), object, 'read');
    return object;
  }

  async get(exchange: Exchange, address: ObjectAddress): Promise<void> {
    const object = this.#read(exchange, address);
    if (exchange.style === 'media') return sendObject(exchange, this.#store, object);
    return this.#sendResource(exchange, object);
  }

  async list(exchange: Exchange, bucket: string): Promise<void> {
    const { objects, prefixes, nextPageToken } = this.#store.list(bucket, listOptionsOf(exchange.query));
    const items = objects.map((object) => objectResource(object, exchange.baseUrl));
    await exchange.sendJson(200, {
      kind: 'storage#objects',
      ...(nextPageToken !== null && { nextPageToken }),
      ...(prefixes.length > 0 && { prefixes }),
      ...(items.length > 0 && { items }),
    });
  }

  async patch(exchange: Exchange, { bucket, name }: ObjectAddress): Promise<void> {
    const body = await exchange.readJson();
    const conditions = preconditionsOfQuery(exchange.query);
    const object = await this.#store.update(bucket, name, (current) => {
      checkPreconditions(conditions, current, 'write');
      return patchFields(current, body);
    });
    await this.#sendResource(exchange, object);
  }

  async delete(exchange: Exchange, { bucket, name }: ObjectAddress): Promise<void> {
    const conditions = preconditionsOfQuery(exchange.query);
    this.#store.get(bucket, name, exchange.query.get('generation'));
    await this.#store.delete(bucket, name, (current) => checkPreconditions(conditions, current, 'write'));
    await exchange.send(204, {});
  }

  async copy(exchange: Exchange, from: ObjectAddress, to: ObjectAddress): Promise<void> {
    await this.#sendResource(exchange, await this.#copy(exchange, from, to));
  }

  /** Unlike Cloud Storage, copies objects of any size in one request. */
  async rewrite(exchange: Exchange, from: ObjectAddress, to: ObjectAddress): Promise<void> {
    const object = await this.#copy(exchange, from, to);
    await exchange.sendJson(200, {
      kind: 'storage#rewriteResponse',
      totalBytesRewritten: String(object.size),
      objectSize: String(object.size),
      done: true,
      resource: objectResource(object, exchange.baseUrl),
    });
  }

  async #copy(exchange: Exchange, from: ObjectAddress, to: ObjectAddress): Promise<StoredObject> {
    const body = await exchange.readJson();
    const { query } = exchange;
    const source = this.#store.get(from.bucket, from.name, query.get('sourceGeneration'));
    checkPreconditions(preconditionsOfQuery(query, 'ifSource'), source, 'write');
    const target = { bucket: to.bucket, name: checkObjectName(to.name) };
    // A request body replaces all metadata of the source.
    const given = Object.keys(body).length > 0;
    const fields = fieldsOf(given ? { contentType: source.contentType, ...body } : { ...source });
    const staged = await this.#store.stage((await this.#store.open(source)).createReadStream());
    const { md5Hash, componentCount } = source;
    return this.#commit(exchange, target, { ...staged, md5Hash, componentCount }, fields);
  }

  /** https://cloud.google.com/storage/docs/composite-objects */
  async compose(exchange: Exchange, { bucket, name }: ObjectAddress): Promise<void> {
    const { sourceObjects, destination } = await exchange.readJson();
    if (!Array.isArray(sourceObjects) || sourceObjects.length === 0 || sourceObjects.length > 32)
      throw invalid('The number of source components must be from 1 to 32.');
    const sources = (sourceObjects as { name: string; generation?: string | number }[]).map(
      ({ name, generation }) => this.#store.get(bucket, name, generation?.toString()),
    );
    const staged = await this.#store.stage(this.#bytesOf(sources));
    const fields = fieldsOf({ contentType: sources[0]!.contentType, ...(destination as object | undefined) });
    const componentCount = sources.reduce((sum, source) => sum + (source.componentCount ?? 1), 0);
    const target = { bucket, name: checkObjectName(name) };
    const content = { ...staged, md5Hash: undefined, componentCount };
    await this.#sendResource(exchange, await this.#commit(exchange, target, content, fields));
  }

  async *#bytesOf(sources: StoredObject[]): AsyncGenerator<Buffer> {
    for (const source of sources) yield* (await this.#store.open(source)).createReadStream();
  }

  async #commit(
    exchange: Exchange,
    target: ObjectAddress,
    content: Content,
    fields: ObjectFields,
  ): Promise<StoredObject> {
    const conditions = preconditionsOfQuery(exchange.query);
    try {
      return await this.#store.commit(target, content, fields, (current) =>
        checkPreconditions(conditions, current, 'write'),
      );
    } finally {
      await this.#store.discard(content);
    }
  }
}
