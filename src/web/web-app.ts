import type { Request, RequestHandler, Response } from 'express';
import { type BuiltFile, type Coding, CODINGS, type Representation, readBuiltFiles } from './built-files.ts';
import { findRoute, ROUTES } from '../http/routes.ts';
import { webPolicy } from './security-headers.ts';

/** Folder of files whose names contain a hash of their content. */
const ASSETS = `${ROUTES.assets.path}/`;

const IMMUTABLE = 'public, max-age=31536000, immutable';

/** For files that refer to others by hash: they may be cached but must be revalidated for each use. */
const REVALIDATE = 'no-cache';

/** A path with an extension is not a page but a missing file. */
const HAS_EXTENSION = /\.[^/.]+$/;

const NOT_BUILT =
  'The web app is not built. Run `npm run build` and restart the service. The API is at /graphql.';

/**
 * Serves the files of the built web app, and its page at every other path that the API does not use to clients that
 * prefer HTML. Passes other requests on. Reads all files at the start, so that no path can lead out of the folder.
 * @param folder folder to which `npm run build` writes the app; if it is missing, the page explains how to build it
 * @param bucketUrls URLs of the bucket, if photos are downloaded from and uploaded to it directly
 */
export async function webApp(folder: string, bucketUrls: readonly string[] = []): Promise<RequestHandler> {
  const files = await readBuiltFiles(folder);
  const policy = webPolicy(bucketUrls);
  const page = files.get('/index.html');

  return (req, res, next) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') return next();
    const isHome = req.path === '/';
    const file = isHome ? page : files.get(req.path);
    const isAsset = req.path.startsWith(ASSETS);
    if (file) return send(req, res, file, policy, isAsset ? IMMUTABLE : REVALIDATE);
    if (isAsset) return sendNotFound(res, 'File not found.');
    if (findRoute(req.path) || HAS_EXTENSION.test(req.path)) return next();
    res.vary('Accept');
    // A client that accepts anything, such as curl, gets the API's response because JSON is listed first.
    if (!isHome && req.accepts(['application/json', 'text/html']) !== 'text/html') return next();
    return page ? send(req, res, page, policy, REVALIDATE) : sendNotFound(res, NOT_BUILT);
  };
}

function send(req: Request, res: Response, file: BuiltFile, policy: string, cacheControl: string): void {
  const [{ bytes, etag }, coding] = negotiate(req, file);
  if (Object.keys(file.compressed).length > 0) res.vary('Accept-Encoding');
  res.set({ ETag: etag, 'Cache-Control': cacheControl, 'Content-Security-Policy': policy });
  // A 304 response has no body, so it has no Content-Encoding either.
  if (coding && !req.fresh) res.set('Content-Encoding', coding);
  // Express compares the ETag with If-None-Match, and omits the body of 304 responses and for HEAD requests.
  res.type(file.extension).send(bytes);
}

/** Returns the smallest representation that the client accepts. */
function negotiate(req: Request, { compressed, bytes, etag }: BuiltFile): [Representation, Coding?] {
  for (const [coding] of CODINGS) {
    const representation = compressed[coding];
    if (representation && req.acceptsEncodings(coding)) return [representation, coding];
  }
  return [{ bytes, etag }];
}

function sendNotFound(res: Response, message: string): void {
  res.status(404).set('Cache-Control', 'no-store').type('text').send(`${message}\n`);
}
