import type { Request, RequestHandler } from 'express';
import type { TrustedDocuments } from './trusted-documents.ts';
import { badUserInput } from '../types/errors.ts';
import { isRecord } from '../multipart/upload-map.ts';

/**
 * Puts the text of a trusted document in the place of the `documentId` that names it, in a body as well as in a query
 * string, and refuses what may not be run. Apollo, which is next, keeps parsed and validated documents by their texts.
 * To be mounted at /graphql, after what reads bodies.
 */
export function resolveDocuments(documents: TrustedDocuments): RequestHandler {
  return (req, _res, next) => {
    if (req.method === 'GET') resolveSearch(req, documents);
    else if (isRecord(req.body)) resolveBody(req.body, documents);
    next();
  };
}

/** What is no text, and what is no operation, Apollo refuses. */
function resolveBody(body: Record<string, unknown>, documents: TrustedDocuments): void {
  const { documentId, query = '' } = body;
  if (documentId == null && query === '') return;
  if (query === null || typeof query === 'string') body['query'] = documents.resolve(documentId, query ?? '');
}

function resolveSearch(req: Request, documents: TrustedDocuments): void {
  const [, ...search] = req.originalUrl.split('?');
  const parameters = new URLSearchParams(search.join('?'));
  const [documentId, ...more] = parameters.getAll('documentId');
  if (more.length > 0) throw badUserInput('The search parameter `documentId` may be given only once.');
  const queries = parameters.getAll('query');
  if (documentId !== undefined) parameters.set('query', documents.resolve(documentId, queries.join('')));
  else for (const query of queries) documents.resolve(null, query);
  // Written anew, so that Apollo reads what was looked at here and nothing else.
  req.url = `/?${parameters.toString()}`;
}
