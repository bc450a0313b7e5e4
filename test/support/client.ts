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

const RESULT = `__typename
  ... on Photo { id filename checksum sizeBytes width height contentType takenAt takenAtLocal thumbnailUrl previewUrl originalUrl }
  ... on DuplicatePhotoError { code message photo { id trashedAt } }
  ... on UploadRefusedError { code message sent: filename }
  ... on NotFoundError { code message id }`;

/** A client that uses only the public API. `headers` are sent with every request. */
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
    return this.#parse(
      await this.fetch('/graphql', { method: 'POST', headers, body: JSON.stringify({ query, variables }) }),
    );
  }

  /**
   * Runs an operation and returns its data.
   *
   * @throws Error if the response has GraphQL errors.
   */
  async data(query: string, variables: object = {}): Promise<GraphqlResponse['data']> {
    const { data, errors } = await this.graphql(query, variables);
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }

  /** Sends a multipart request: https://github.com/jaydenseric/graphql-multipart-request-spec */
  async multipart(
    files: TestFile[],
    query = `mutation ($files: [Upload!]!) { uploadPhotos(files: $files) { ${RESULT} } }`,
  ): Promise<GraphqlResponse> {
    const form = new FormData();
    form.set('operations', JSON.stringify({ query, variables: { files: files.map(() => null) } }));
    form.set(
      'map',
      JSON.stringify(Object.fromEntries(files.map((_, index) => [index, [`variables.files.${index}`]]))),
    );
    for (const [index, file] of files.entries())
      form.set(String(index), new Blob([new Uint8Array(file.bytes)], { type: file.type ?? '' }), file.name);
    return this.#parse(
      await this.fetch('/graphql', {
        method: 'POST',
        headers: { 'apollo-require-preflight': 'true' },
        body: form,
      }),
    );
  }

  /** Uploads files through the multipart door. Returns one result per file, in the order of the files. */
  async upload(...files: TestFile[]): Promise<GraphqlResponse['data'][]> {
    const { data, errors } = await this.multipart(files);
    if (errors) throw new Error(JSON.stringify(errors));
    return data['uploadPhotos'];
  }

  /** Declares files to the staged door. Returns one target or refusal per file, in the order of the files. */
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

  /** Sends the bytes of a file to its target. */
  put(target: GraphqlResponse['data'], bytes: Buffer): Promise<Response> {
    const headers = Object.fromEntries(
      target['headers'].map((header: { name: string; value: string }) => [header.name, header.value]),
    );
    return this.fetch(target['url'], { method: target['method'], headers, body: new Uint8Array(bytes) });
  }

  /** Completes staged uploads. Returns one result per id, in the order of the ids. */
  async complete(...ids: string[]): Promise<GraphqlResponse['data'][]> {
    const data = await this.data(`mutation ($ids: [ID!]!) { completeUploads(ids: $ids) { ${RESULT} } }`, {
      ids,
    });
    return data['completeUploads'];
  }

  /** Uploads files through the staged door. Returns one result per file, in the order of the files. */
  async stage(...files: TestFile[]): Promise<GraphqlResponse['data'][]> {
    const targets = await this.declare(...files);
    const open = targets
      .map((target, index) => ({ target, file: files[index] as TestFile }))
      .filter(({ target }) => target['__typename'] === 'UploadTarget');
    for (const { target, file } of open) {
      const { status } = await this.put(target, file.bytes);
      if (status !== 200) throw new Error(`The target responded with status ${status}.`);
    }
    const completed = await this.complete(...open.map(({ target }) => target['id'] as string));
    return targets.map((target) => completed[open.findIndex((each) => each.target === target)] ?? target);
  }

  async #parse(response: Response): Promise<GraphqlResponse> {
    const body = (await response.json()) as Pick<GraphqlResponse, 'data' | 'errors'>;
    return { status: response.status, headers: response.headers, ...body };
  }
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
