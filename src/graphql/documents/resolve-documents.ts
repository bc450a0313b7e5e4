import type { Request, RequestHandler } from 'express';
import type { TrustedDocuments } from './trusted-documents.ts';
import { badUserInput } from '../types/errors.ts';
import { isRecord } from '../multipart/upload-map.ts';

/**
 * Replaces the `documentId` in a body or query string with the text of the trusted document, and rejects documents
 * that may not be run. Apollo, which runs next, caches parsed and validated documents by their text. Must be
 * mounted at /graphql, after the middleware that reads bodies.
 */
export function resolveDocuments(documents: TrustedDocuments): RequestHandler {
  return (req, _res, next) => {
    if (req.method === 'GET') resolveSearch(req, documents);
    else if (isRecord(req.body)) resolveBody(req.body, documents);
    next();
  };
}

/** Apollo rejects a body whose query is not a string or not an operation. */
function resolveBody(body: Record<string, unknown>, documents: TrustedDocuments): void {
  const { documentId, query = '' } = body;
  if (documentId == null && query === '') return;
  if (query === null || typeof query === 'string') body['query'] = documents.resolve(documentId, query ?? '');
}

function resolveSearch(req: Request, documents: TrustedDocuments): void {
  const [, ...search] = req.originalUrl.split('?');
  const parameters = new URLSearchParams(search.join('?'));
  const [documentId, ...more] = parameters.getAll('documentId');
  if (more.length > 0) throw badUserInput('The query parameter `documentId` may occur only once.');
  const queries = parameters.getAll('query');
  if (documentId !== undefined) parameters.set('query', documents.resolve(documentId, queries.join('')));
  else for (const query of queries) documents.resolve(null, query);
  // Serialized again, so that Apollo reads exactly the parameters that were checked here.
  req.url = `/?${parameters.toString()}`;
}
