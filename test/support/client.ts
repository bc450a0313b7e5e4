import { createHash } from 'node:crypto';

export interface GraphqlResponse<T = Record<string, any>> {
  status: number;
  headers: Headers;
  data: T;
  errors?: { message: string; path?: string[]; extensions: { code: string; requestId: string } }[];
}

export interface TestFile {
  name: string;
  bytes: Buffer;
  type?: string;
}

const OUTCOME = `__typename
  ... on Photo { id filename checksum sizeBytes width height contentType takenAt takenAtLocal thumbnailUrl previewUrl originalUrl }
  ... on DuplicatePhotoError { code message photo { id trashedAt } }
  ... on UploadRefusedError { code message sent: filename }
  ... on NotFoundError { code message id }`;

/** A client of the public API, as any other. */
export class Client {
  readonly url: string;
  readonly headers: Record<string, string>;

  constructor(url: string, headers: Record<string, string>) {
    this.url = url;
    this.headers = headers;
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(new URL(path, this.url), {
      ...init,
      headers: { ...this.headers, ...(init.headers as Record<string, string>) },
    });
  }

  async graphql(query: string, variables: object = {}): Promise<GraphqlResponse> {
    const headers = { 'content-type': 'application/json' };
    return this.#answer(
      await this.fetch('/graphql', { method: 'POST', headers, body: JSON.stringify({ query, variables }) }),
    );
  }

  /** The data of an operation that must not have errors. */
  async data(query: string, variables: object = {}): Promise<GraphqlResponse['data']> {
    const { data, errors } = await this.graphql(query, variables);
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }

  /** A multipart request: https://github.com/jaydenseric/graphql-multipart-request-spec */
  async multipart(
    files: TestFile[],
    query = `mutation ($files: [Upload!]!) { uploadPhotos(files: $files) { ${OUTCOME} } }`,
  ): Promise<GraphqlResponse> {
    const form = new FormData();
    form.set('operations', JSON.stringify({ query, variables: { files: files.map(() => null) } }));
    form.set(
      'map',
      JSON.stringify(Object.fromEntries(files.map((_, index) => [index, [`variables.files.${index}`]]))),
    );
    for (const [index, file] of files.entries())
      form.set(String(index), new Blob([new Uint8Array(file.bytes)], { type: file.type ?? '' }), file.name);
    return this.#answer(
      await this.fetch('/graphql', {
        method: 'POST',
        headers: { 'apollo-require-preflight': 'true' },
        body: form,
      }),
    );
  }

  /** Through the multipart door; one outcome for each file. */
  async upload(...files: TestFile[]): Promise<GraphqlResponse['data'][]> {
    const { data, errors } = await this.multipart(files);
    if (errors) throw new Error(JSON.stringify(errors));
    return data['uploadPhotos'];
  }

  async declare(...files: TestFile[]): Promise<GraphqlResponse['data'][]> {
    const uploads = files.map(({ name, bytes, type = '' }) => ({
      filename: name,
      contentType: type,
      sizeBytes: bytes.length,
      checksum: sha256(bytes),
    }));
    const data = await this.data(
      `mutation ($uploads: [CreateUploadInput!]!) { createUploads(uploads: $uploads) { __typename
        ... on UploadTarget { id url method headers { name value } expiresAt }
        ... on DuplicatePhotoError { code photo { id } } ... on UploadRefusedError { code message sent: filename } } }`,
      { uploads },
    );
    return data['createUploads'];
  }

  put(target: GraphqlResponse['data'], bytes: Buffer): Promise<Response> {
    const headers = Object.fromEntries(
      target['headers'].map((header: { name: string; value: string }) => [header.name, header.value]),
    );
    return this.fetch(target['url'], { method: target['method'], headers, body: new Uint8Array(bytes) });
  }

  async complete(...ids: string[]): Promise<GraphqlResponse['data'][]> {
    const data = await this.data(`mutation ($ids: [ID!]!) { completeUploads(ids: $ids) { ${OUTCOME} } }`, {
      ids,
    });
    return data['completeUploads'];
  }

  /** Through the staged door; one outcome for each file. */
  async stage(...files: TestFile[]): Promise<GraphqlResponse['data'][]> {
    const targets = await this.declare(...files);
    const open = targets
      .map((target, index) => ({ target, file: files[index] as TestFile }))
      .filter(({ target }) => target['__typename'] === 'UploadTarget');
    for (const { target, file } of open) {
      const { status } = await this.put(target, file.bytes);
      if (status !== 200) throw new Error(`The target answered ${status}.`);
    }
    const completed = await this.complete(...open.map(({ target }) => target['id'] as string));
    return targets.map((target) => completed[open.findIndex((each) => each.target === target)] ?? target);
  }

  async #answer(response: Response): Promise<GraphqlResponse> {
    const body = (await response.json()) as Pick<GraphqlResponse, 'data' | 'errors'>;
    return { status: response.status, headers: response.headers, ...body };
  }
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
