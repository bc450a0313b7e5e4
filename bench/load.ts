import { Agent, request } from 'node:http';

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  headers: Record<string, string>;
  body?: readonly Buffer[];
}

/** A client with one persistent connection and one request at a time. A process can have any number of clients. */
export class HttpClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #origin: URL;
  readonly #others = new Map<string, HttpClient>();

  constructor(url: string) {
    this.#origin = new URL(url);
  }

  /**
   * Sends a request.
   * @returns the body of the response
   * @throws Error if the status is not 2xx
   */
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
            const content = Buffer.concat(chunks);
            const status = response.statusCode ?? 0;
            if (status >= 200 && status < 300) resolve(content);
            else reject(new Error(`${method} ${path}: ${status} ${content.toString().slice(0, 500)}`));
          });
        },
      );
      sent.on('error', reject);
      for (const part of body) sent.write(part);
      sent.end();
    });
  }

  /** Sends a request to a URL, which may be relative or have a different origin. */
  sendTo(url: string, request: Omit<HttpRequest, 'path'>): Promise<Buffer> {
    const { origin, pathname, search } = new URL(url, this.#origin);
    const path = pathname + search;
    if (origin === this.#origin.origin) return this.send({ ...request, path });
    const other = this.#others.get(origin) ?? new HttpClient(origin);
    this.#others.set(origin, other);
    return other.send({ ...request, path });
  }

  /**
   * Runs a GraphQL operation.
   * @returns the data of the response
   * @throws Error if the response contains errors
   */
  async graphql<T = Record<string, unknown>>(query: string, variables: object = {}): Promise<T> {
    const { data }: { data: T } = parse(await this.send(graphqlRequest(query, variables)));
    return data;
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

/**
 * Parses a GraphQL response.
 * @throws Error if the response contains errors
 */
export function parse(response: Buffer) {
  const parsed = JSON.parse(response.toString());
  if (parsed.errors) throw new Error(JSON.stringify(parsed.errors).slice(0, 500));
  return parsed;
}

export interface Load {
  /** Duration of each request in ms. */
  latencies: number[];
  perSecond: number;
  /** Size of the last response in bytes. */
  bytes: number;
}

/**
 * Sends a request in a closed loop for `ms`: each client sends it again as soon as it has received the response.
 */
export async function closedLoop(
  url: string,
  httpRequest: HttpRequest,
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
      const response = await http.send(httpRequest);
      latencies.push(performance.now() - sent);
      if (response.length !== bytes) parse(response);
      bytes = response.length;
    } while (performance.now() - start < ms);
    http.close();
  };
  await Promise.all(Array.from({ length: clients }, client));
  return { latencies, perSecond: (latencies.length / (performance.now() - start)) * 1000, bytes };
}
