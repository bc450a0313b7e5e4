import { type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import { type Loopback, serveOnLoopback } from './loopback.ts';

export interface Front extends Loopback {
  /** Paths that browsers asked for, with their queries. */
  asked: string[];
  /** Answers some paths itself. */
  answers: Map<string, (res: ServerResponse) => void>;
}

/** A proxy in front of a service, that names a person in a header of every request. No WebSocket passes. */
export async function startFront(target: string, headers: Record<string, string> = {}): Promise<Front> {
  const asked: string[] = [];
  const answers: Front['answers'] = new Map();
  const loopback = await serveOnLoopback((req, res) => {
    const path = req.url ?? '/';
    asked.push(path);
    const answer = answers.get(path);
    if (answer) answer(res);
    else forward(req, res, target, headers);
  });
  return { ...loopback, asked, answers };
}

/** Passes a request on with other headers, and its answer back. */
export function forward(
  req: IncomingMessage,
  res: ServerResponse,
  target: string,
  headers: Record<string, string>,
): void {
  const onward = httpRequest(new URL(req.url ?? '/', target), {
    method: req.method,
    headers: { ...req.headers, ...headers },
  });
  onward.on('response', (response) => {
    res.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(res);
  });
  onward.on('error', () => res.destroy());
  req.pipe(onward);
}
