import { accessDenied, GcsError, invalid, notFound } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { type AccessTokens, TOKEN_LIFETIME, type ServiceAccount } from './identity.ts';

/** The other services that Google's libraries use: OAuth tokens, IAM signatures and the metadata server. */
export class IdentityEndpoints {
  readonly #account: ServiceAccount;
  readonly #tokens: AccessTokens;

  constructor(account: ServiceAccount, tokens: AccessTokens) {
    this.#account = account;
    this.#tokens = tokens;
  }

  /** https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests */
  async token(exchange: Exchange): Promise<void> {
    const form = new URLSearchParams(await exchange.readText());
    const refuse = (error: string, error_description: string) =>
      exchange.sendJson(400, { error, error_description });
    if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer')
      return refuse('unsupported_grant_type', `Invalid grant_type: ${form.get('grant_type')}`);
    // Google's library for Node always uses Google's own address as the audience, regardless of the key file.
    const audience = [`${exchange.baseUrl}/token`, 'https://oauth2.googleapis.com/token'];
    if (!(await this.#tokens.isSignedByAccount(form.get('assertion') ?? '', audience)))
      return refuse('invalid_grant', 'Invalid JWT Signature.');
    return exchange.sendJson(200, this.#tokens.issue());
  }

  /** https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/signBlob */
  async signBlob(exchange: Exchange, account: string): Promise<void> {
    await this.#tokens.authorize(exchange.header('authorization'), 'iam.serviceAccounts.signBlob');
    if (account !== this.#account.email)
      throw new GcsError({
        status: 404,
        reason: 'notFound',
        code: 'NoSuchKey',
        message: 'Unknown service account',
      });
    const { payload } = await exchange.readJson();
    if (typeof payload !== 'string') throw invalid('The request has no payload.');
    const signature = this.#account.sign(Buffer.from(payload, 'base64'));
    await exchange.sendJson(200, {
      keyId: this.#account.keyId,
      signedBlob: signature.toString('base64'),
    });
  }

  /** https://cloud.google.com/compute/docs/metadata/overview */
  async metadata(exchange: Exchange, path: string): Promise<void> {
    exchange.setHeaders({ 'metadata-flavor': 'Google', server: 'Metadata Server for VM' });
    // Requires this header because a web page could make a browser send a request without it.
    if (exchange.header('metadata-flavor') !== 'Google')
      throw accessDenied('Missing Metadata-Flavor:Google header.');
    const value = this.#metadataOf(path.replace(/\/$/, ''), exchange.query.get('recursive') === 'true');
    if (value === undefined) throw notFound();
    if (typeof value === 'string') return exchange.send(200, { 'content-type': 'application/text' }, value);
    return exchange.send(200, { 'content-type': 'application/json' }, JSON.stringify(value));
  }

  #metadataOf(path: string, recursive: boolean): string | object | undefined {
    const { email, projectId } = this.#account;
    const own = /^instance\/service-accounts\/([^/]+)(?:\/(\w+))?$/.exec(path);
    if (own) {
      if (own[1] !== 'default' && own[1] !== email) return undefined;
      const scopes = ['https://www.googleapis.com/auth/cloud-platform'];
      if (own[2] === undefined)
        return recursive
          ? { aliases: ['default'], email, scopes }
          : 'aliases\nemail\nidentity\nscopes\ntoken\n';
      const values: Record<string, () => string | object> = {
        aliases: () => 'default\n',
        email: () => email,
        scopes: () => `${scopes.join('\n')}\n`,
        token: () => ({ ...this.#tokens.issue(), expires_in: TOKEN_LIFETIME - 1 }),
      };
      return values[own[2]]?.();
    }
    const values: Record<string, string> = {
      '': 'instance/\nproject/\nuniverse/\n',
      instance: 'id\nservice-accounts/\nzone\n',
      'instance/id': '1',
      'instance/service-accounts': `default/\n${email}/\n`,
      'instance/zone': 'projects/1/zones/us-central1-1',
      'project/numeric-project-id': '1',
      'project/project-id': projectId,
      'universe/universe-domain': 'googleapis.com',
    };
    return values[path];
  }
}
