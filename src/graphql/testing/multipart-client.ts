import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

export const PREFLIGHT = { 'Apollo-Require-Preflight': 'true' };

export const UPLOAD = `mutation ($files: [Upload!]!, $unread: Boolean) {
  upload(files: $files, unread: $unread) { filename mimetype sizeBytes error }
}`;

export type Part = [name: string, content: string, filename?: string];

export const OPERATIONS = JSON.stringify({ query: UPLOAD, variables: { files: [null] } });
export const MAP = JSON.stringify({ 0: ['variables.files.0'] });
export const FIELDS: Part[] = [
  ['operations', OPERATIONS],
  ['map', MAP],
];

/** Body that conforms to the specification, with files of these sizes in bytes. `fields` overrides other fields. */
export function form(sizes: number[], fields: { operations?: string; map?: string } = {}): FormData {
  const body = new FormData();
  const variables = { files: sizes.map(() => null) };
  const paths = sizes.map((_, index) => [String(index), [`variables.files.${index}`]]);
  body.append('operations', fields.operations ?? JSON.stringify({ query: UPLOAD, variables }));
  body.append('map', fields.map ?? JSON.stringify(Object.fromEntries(paths)));
  for (const [index, size] of sizes.entries()) {
    const file = new File([Buffer.alloc(size, index)], `photo-${index}.jpg`, { type: 'image/jpeg' });
    body.append(String(index), file);
  }
  return body;
}

/** Encoded multipart body with the boundary `x`. A part with a filename is a file. */
export function raw(parts: Part[], end = '--x--\r\n'): string {
  const encoded = parts.map(([name, content, filename]) => {
    const file = filename === undefined ? '' : `; filename="${filename}"\r\nContent-Type: image/jpeg`;
    return `--x\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${content}\r\n`;
  });
  return encoded.join('') + end;
}

type Headers = Record<string, string | number>;

export class MultipartClient {
  constructor(private readonly url: string) {}

  async post(body: FormData, headers: Record<string, string> = PREFLIGHT) {
    const res = await fetch(this.url, { method: 'POST', headers, body });
    return parseResponse(res.status, await res.text());
  }

  async send(body: string, headers: Headers = {}) {
    const req = this.begin({ 'Content-Length': Buffer.byteLength(body), ...headers });
    req.end(body);
    return responseTo(req);
  }

  /** Sends only the headers. Data written to the returned request is sent immediately. */
  begin(headers: Headers = {}): ClientRequest {
    const type = { 'Content-Type': 'multipart/form-data; boundary=x' };
    const req = request(this.url, { method: 'POST', headers: { ...type, ...PREFLIGHT, ...headers } });
    req.on('error', () => undefined);
    req.flushHeaders();
    return req;
  }
}

/** Waits for the response to a request and parses it. */
export async function responseTo(req: ClientRequest) {
  const [res]: IncomingMessage[] = await once(req, 'response');
  if (!res) throw new Error('No response.');
  return { ...parseResponse(res.statusCode, await text(res)), headers: res.headers };
}

interface GraphqlResponse {
  data?: { upload: { filename: string; sizeBytes: number | null; error: string | null }[] } | null;
  errors?: { message: string; extensions: { code: string; requestId: string } }[];
}

const parseBody: (body: string) => GraphqlResponse = JSON.parse;

function parseResponse(status: number | undefined, body: string) {
  const { data, errors } = parseBody(body);
  return {
    status,
    upload: data?.upload,
    code: errors?.[0]?.extensions.code,
    requestId: errors?.[0]?.extensions.requestId,
    message: errors?.[0]?.message,
  };
}
