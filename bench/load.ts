import { Agent, request } from 'node:http';

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  headers: Record<string, string>;
  body?: readonly Buffer[];
}

/** One client: one connection that is kept, one request at a time. Any number of them may share a process. */
export class HttpClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #origin: URL;
  readonly #others = new Map<string, HttpClient>();

  constructor(url: string) {
    this.#origin = new URL(url);
  }

  /** The whole answer. @throws Error where its status is not 2xx. */
  send({ method, path, headers, body = [] }: HttpRequest): Promise<Buffer> {
    const { hostname, port } = this.#origin;
    const length = body.reduce((sum, part) => sum + part.length, 0);
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          agent: this.#agent,
          hostname,
          port,
          method,
          path,
          headers: method === 'GET' ? headers : { ...headers, 'content-length': length },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const answer = Buffer.concat(chunks);
            const status = response.statusCode ?? 0;
            if (status >= 200 && status < 300) resolve(answer);
            else reject(new Error(`${method} ${path}: ${status} ${answer.toString().slice(0, 500)}`));
          });
        },
      );
      sent.on('error', reject);
      for (const part of body) sent.write(part);
      sent.end();
    });
  }

  /** As `send`, to wherever a URL leads from here. */
  sendTo(url: string, request: Omit<HttpRequest, 'path'>): Promise<Buffer> {
    const { origin, pathname, search } = new URL(url, this.#origin);
    const path = pathname + search;
    if (origin === this.#origin.origin) return this.send({ ...request, path });
    const other = this.#others.get(origin) ?? new HttpClient(origin);
    this.#others.set(origin, other);
    return other.send({ ...request, path });
  }

  /** The data of an operation. @throws Error where it has errors. */
  async graphql<T = Record<string, unknown>>(query: string, variables: object = {}): Promise<T> {
    const answer: { data: T } = parse(await this.send(graphqlRequest(query, variables)));
    return answer.data;
  }

  close(): void {
    this.#agent.destroy();
    for (const other of this.#others.values()) other.close();
  }
}

export function graphqlRequest(query: string, variables: object = {}): HttpRequest {
  return {
    method: 'POST',
    path: '/graphql',
    headers: { 'content-type': 'application/json' },
    body: [Buffer.from(JSON.stringify({ query, variables }))],
  };
}

/** An answer of GraphQL. @throws Error where it has errors. */
export function parse(answer: Buffer) {
  const parsed = JSON.parse(answer.toString());
  if (parsed.errors) throw new Error(JSON.stringify(parsed.errors).slice(0, 500));
  return parsed;
}

export interface Load {
  /** Milliseconds of each request. */
  latencies: number[];
  perSecond: number;
  /** Of the last answer. */
  bytes: number;
}

/** A closed loop: each of so many clients sends the same request again as soon as it has its answer. */
export async function closedLoop(
  url: string,
  asked: HttpRequest,
  clients: number,
  ms: number,
): Promise<Load> {
  const latencies: number[] = [];
  let bytes = 0;
  const start = performance.now();
  const client = async (): Promise<void> => {
    const http = new HttpClient(url);
    do {
      const sent = performance.now();
      const answer = await http.send(asked);
      latencies.push(performance.now() - sent);
      if (answer.length !== bytes) parse(answer);
      bytes = answer.length;
    } while (performance.now() - start < ms);
    http.close();
  };
  await Promise.all(Array.from({ length: clients }, client));
  return { latencies, perSecond: (latencies.length / (performance.now() - start)) * 1000, bytes };
}
