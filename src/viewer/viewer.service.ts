import { NodeRegistry } from '../graphql/types/node-registry.ts';
import { LRUCache } from 'lru-cache';
import { Inject, Injectable } from '@nestjs/common';
import type { Identity } from '../auth/identity.ts';
import { CONFIG, type Config } from '../config/config.ts';
import { Database } from '../database/database.ts';
import type { InvalidInputError } from '../graphql/types/user-error.ts';
import { type User, UserRepository } from '../metadata/users/user.repository.ts';
import { patchSettings, readSettings, type Settings, type SettingsPatch } from './settings.ts';
import { Storage, Viewer } from './viewer.ts';

/** last_login is kept to the hour: a write for each request would tell no more. */
const SEEN_FOR_MS = 60 * 60_000;
const MAX_USERS = 10_000;

/** The person: their row, settings and storage. */
@Injectable()
export class ViewerService {
  /** What was last written of each user. */
  readonly #seen = new LRUCache<string, string>({ max: MAX_USERS, ttl: SEEN_FOR_MS });

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly users: UserRepository,
    nodes: NodeRegistry,
  ) {
    nodes.register(async (userId, id) => (id === userId ? this.get(userId) : null));
  }

  /** Makes the person's row at first sight, and keeps email, name and last login fresh. */
  async see(identity: Identity): Promise<void> {
    const { sub, email, name, avatarUrl } = identity;
    const print = JSON.stringify([email, name, avatarUrl]);
    if (this.#seen.get(sub) === print) return;
    await this.database.write((tx) => this.users.upsert(tx, { id: sub, email, name, avatarUrl }, new Date()));
    this.#seen.set(sub, print);
  }

  async get(userId: string): Promise<Viewer> {
    const { id, email, name, avatarUrl } = await this.#user(userId);
    return Object.assign(new Viewer(), { id, email, name, avatarUrl });
  }

  /** @param locale what the person's client would like, until they have chosen one */
  async settings(userId: string, locale?: string): Promise<Settings> {
    return readSettings((await this.#user(userId)).settings, locale);
  }

  async updateSettings(
    userId: string,
    patch: SettingsPatch,
    locale: string,
  ): Promise<Settings | InvalidInputError> {
    return this.database.write(async (tx) => {
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

  /** What a new photo has to know of its owner: the bytes that there is room for, without end where there is no quota. */
  async uploader(userId: string): Promise<{ roomBytes: number; timeZone: string }> {
    const user = await this.#user(userId);
    const quota = user.quotaBytes ?? this.config.storageQuotaBytes;
    const roomBytes = quota === 0 ? Infinity : quota - user.usedBytes - user.reservedBytes;
    return { roomBytes, timeZone: readSettings(user.settings).timeZone };
  }

  async #user(userId: string): Promise<User> {
    const user = await this.users.find(userId);
    if (!user) throw new Error('The person has no row: see() comes first.');
    return user;
  }
}
