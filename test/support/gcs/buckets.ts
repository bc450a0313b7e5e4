import type { Exchange } from './exchange.ts';
import { bucketResource } from './records.ts';
import type { Store } from './store.ts';

/** Buckets in the JSON API: https://cloud.google.com/storage/docs/json_api/v1/buckets */
export class BucketsApi {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async list(exchange: Exchange): Promise<void> {
    const prefix = exchange.query.get('prefix') ?? '';
    const items = this.#store.buckets
      .filter(({ name }) => name.startsWith(prefix))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map((bucket) => bucketResource(bucket, exchange.baseUrl));
    await exchange.sendJson(200, { kind: 'storage#buckets', items });
  }

  async insert(exchange: Exchange): Promise<void> {
    const { name, ...fields } = await exchange.readJson();
    const bucket = await this.#store.createBucket(String(name), fields);
    await exchange.sendJson(200, bucketResource(bucket, exchange.baseUrl));
  }

  async get(exchange: Exchange, name: string): Promise<void> {
    await exchange.sendJson(200, bucketResource(this.#store.bucket(name), exchange.baseUrl));
  }

  async patch(exchange: Exchange, name: string): Promise<void> {
    const bucket = await this.#store.patchBucket(name, await exchange.readJson());
    await exchange.sendJson(200, bucketResource(bucket, exchange.baseUrl));
  }

  async delete(exchange: Exchange, name: string): Promise<void> {
    await this.#store.deleteBucket(name);
    await exchange.send(204, {});
  }

  /** Returns all requested permissions, because the only service account has all of them. */
  async testPermissions(exchange: Exchange, name: string): Promise<void> {
    this.#store.bucket(name);
    const permissions = exchange.query.getAll('permissions');
    await exchange.sendJson(200, { kind: 'storage#testIamPermissionsResponse', permissions });
  }
}
