import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  randomUUID,
  sign,
  verify,
} from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { jwtVerify } from 'jose';
import { loginRequired } from './errors.ts';
import { readJson } from './files.ts';

/** The key file of a service account, as used for GOOGLE_APPLICATION_CREDENTIALS. */
export interface ServiceAccountKey {
  type: 'service_account';
  project_id: string;
  private_key_id: string;
  private_key: string;
  client_email: string;
  client_id: string;
  token_uri: string;
}

const KEY_FILE = 'service-account.json';
const PROJECT = 'local-project';

/** The only service account of this server. The server signs on its behalf and verifies its signatures. */
export class ServiceAccount {
  readonly email: string;
  readonly projectId: string;
  readonly keyId: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;

  constructor(
    key: Pick<ServiceAccountKey, 'client_email' | 'project_id' | 'private_key_id' | 'private_key'>,
  ) {
    this.email = key.client_email;
    this.projectId = key.project_id;
    this.keyId = key.private_key_id;
    this.privateKey = createPrivateKey(key.private_key);
    this.publicKey = createPublicKey(this.privateKey);
  }

  /** Opens the account whose key file is in the folder, or creates a new account. */
  static async open(folder: string): Promise<ServiceAccount> {
    const key = await readJson<ServiceAccountKey>(folder, KEY_FILE).catch(() => null);
    if (key) return new ServiceAccount(key);
    const pair = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
    return new ServiceAccount({
      client_email: `storage@${PROJECT}.iam.gserviceaccount.com`,
      project_id: PROJECT,
      private_key_id: randomUUID().replaceAll('-', ''),
      private_key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    });
  }

  /** @param baseUrl the URL of the server that issues tokens */
  keyFile(baseUrl: string): ServiceAccountKey {
    return {
      type: 'service_account',
      project_id: this.projectId,
      private_key_id: this.keyId,
      private_key: this.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      client_email: this.email,
      client_id: '100000000000000000001',
      token_uri: `${baseUrl}/token`,
    };
  }

  /** Writes the key file and returns its path. */
  async writeKeyFile(folder: string, baseUrl: string): Promise<string> {
    const path = join(folder, KEY_FILE);
    await writeFile(path, `${JSON.stringify(this.keyFile(baseUrl), null, 2)}\n`, { mode: 0o600 });
    return path;
  }

  sign(bytes: Uint8Array): Buffer {
    return sign('RSA-SHA256', bytes, this.privateKey);
  }

  hasSigned(bytes: Uint8Array, signature: Uint8Array): boolean {
    return verify('RSA-SHA256', bytes, this.publicKey, signature);
  }
}

/** In seconds. */
export const TOKEN_LIFETIME = 3600;

/** OAuth access tokens, and the self-signed JWTs that a service account may send instead. */
export class AccessTokens {
  readonly #account: ServiceAccount;
  readonly #now: () => number;
  /** When each token expires, in milliseconds since 1970. */
  readonly #issued = new Map<string, number>();

  constructor(account: ServiceAccount, now: () => number) {
    this.#account = account;
    this.#now = now;
  }

  issue(): { access_token: string; expires_in: number; token_type: 'Bearer' } {
    const token = `ya29.${randomUUID()}`;
    this.#issued.set(token, this.#now() + TOKEN_LIFETIME * 1000);
    return { access_token: token, expires_in: TOKEN_LIFETIME, token_type: 'Bearer' };
  }

  /** @throws GcsError 401 if there is no valid token */
  async authorize(authorization: string | undefined, permission: string): Promise<void> {
    if (authorization === undefined)
      throw loginRequired(
        `Anonymous caller does not have ${permission} access to the Google Cloud Storage object.` +
          ` Permission '${permission}' denied on resource (or it may not exist).`,
      );
    const token = /^Bearer (\S+)$/i.exec(authorization)?.[1] ?? '';
    if ((this.#issued.get(token) ?? 0) > this.#now()) return;
    if (!(await this.isSignedByAccount(token))) throw loginRequired('Invalid Credentials', 'authError');
  }

  /**
   * Returns true if the account signed a JWT. Without `audience`, the JWT may be for any audience.
   * https://developers.google.com/identity/protocols/oauth2/service-account#jwt-auth
   */
  async isSignedByAccount(jwt: string, audience?: string[]): Promise<boolean> {
    try {
      await jwtVerify(jwt, this.#account.publicKey, {
        algorithms: ['RS256'],
        issuer: this.#account.email,
        requiredClaims: ['iat', 'exp'],
        maxTokenAge: TOKEN_LIFETIME,
        clockTolerance: 30,
        currentDate: new Date(this.#now()),
        ...(audience && { audience }),
      });
      return true;
    } catch {
      return false;
    }
  }
}
