import { NodeRegistry } from '../graphql/types/node-registry.ts';
import { LRUCache } from 'lru-cache';
import { Inject, Injectable } from '@nestjs/common';
import type { Identity } from '../auth/identity.ts';
import { CONFIG, type Config } from '../config/config.ts';
import { Database, userScope } from '../database/database.ts';
import type { InvalidInputError } from '../graphql/types/user-error.ts';
import { type User, UserRepository } from '../metadata/users/user.repository.ts';
import { patchSettings, readSettings, type Settings, type SettingsPatch } from './settings.ts';
import { Storage, Viewer } from './viewer.ts';

/** The last login is stored with a resolution of one hour, to avoid a write for each request. */
const WRITE_INTERVAL_MS = 60 * 60_000;
const MAX_CACHED_USERS = 10_000;

/** Provides the signed-in user's profile, settings and storage. */
@Injectable()
export class ViewerService {
  /** Profile that was last written, by user ID. */
  readonly #written = new LRUCache<string, string>({ max: MAX_CACHED_USERS, ttl: WRITE_INTERVAL_MS });

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly users: UserRepository,
    nodes: NodeRegistry,
  ) {
    nodes.register(async (userId, id) => (id === userId ? this.get(userId) : null));
  }

  /** Creates the user's row if it does not exist, and updates the e-mail address, name and last login. */
  async upsert(identity: Identity): Promise<void> {
    const { sub, email, name, avatarUrl } = identity;
    const profile = JSON.stringify([email, name, avatarUrl]);
    if (this.#written.get(sub) === profile) return;
    await this.database.write([userScope(sub)], (tx) =>
      this.users.upsert(tx, { id: sub, email, name, avatarUrl }, new Date()),
    );
    this.#written.set(sub, profile);
  }

  async get(userId: string): Promise<Viewer> {
    const { id, email, name, avatarUrl } = await this.#user(userId);
    return Object.assign(new Viewer(), { id, email, name, avatarUrl });
  }

  /** @param locale locale of a user who has not chosen one */
  async settings(userId: string, locale?: string): Promise<Settings> {
    return readSettings((await this.#user(userId)).settings, locale);
  }

  async updateSettings(
    userId: string,
    patch: SettingsPatch,
    locale: string,
  ): Promise<Settings | InvalidInputError> {
    return this.database.write([userScope(userId)], async (tx) => {
      const patched = patchSettings(await this.users.findSettings(tx, userId), patch);
      if (typeof patched !== 'string') return patched;
      await this.users.setSettings(tx, userId, patched);
      return readSettings(patched, locale);
    });
  }

  async storage(userId: string): Promise<Storage> {
    const [user, count] = await Promise.all([this.#user(userId), this.users.countPhotos(userId)]);
    const quota = user.quotaBytes ?? this.config.storageQuotaBytes;
    return Object.assign(new Storage(), {
      quotaBytes: quota === 0 ? null : quota,
      usedBytes: user.usedBytes,
      photoCount: count.library,
      trashedCount: count.trash,
    });
  }

  /** Returns the data of an uploading user. `availableBytes` is Infinity if there is no quota. */
  async uploader(userId: string): Promise<{ availableBytes: number; timeZone: string }> {
    const user = await this.#user(userId);
    const quota = user.quotaBytes ?? this.config.storageQuotaBytes;
    const availableBytes = quota === 0 ? Infinity : quota - user.usedBytes - user.reservedBytes;
    return { availableBytes, timeZone: readSettings(user.settings).timeZone };
  }

  async #user(userId: string): Promise<User> {
    const user = await this.users.find(userId);
    if (!user) throw new Error('The user has no row. upsert() must be called first.');
    return user;
  }
}
