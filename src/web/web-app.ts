import type { Request, RequestHandler, Response } from 'express';
import { type BuiltFile, type Coding, CODINGS, type Representation, readBuiltFiles } from './built-files.ts';
import { findRoute, ROUTES } from '../http/routes.ts';
import { webPolicy } from './security-headers.ts';

/** Vite names what is in it by its content. */
const ASSETS = `${ROUTES.assets.path}/`;

const FOR_GOOD = 'public, max-age=31536000, immutable';

/** To be kept, but asked for again each time: these files name the others. */
const ASK_AGAIN = 'no-cache';

/** `/photo.jpg` is a file, and one that is not there. */
const HAS_EXTENSION = /\.[^/.]+$/;

const NOT_BUILT =
  'The web app is not built: run `npm run build`, and start the service again. The API is at /graphql.';

/**
 * The built web app: its files by their paths, and its page at each address that is none of the API's, for a request that
 * prefers HTML. Other requests are passed on. Files are known from the start, so that no path leads out of the folder.
 * @param folder where `npm run build` put the app; without it, a browser is told in words how to make it.
 * @param bucketUrls where pictures are delivered from and sent to, where that is not this service.
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
    if (file) return send(req, res, file, policy, isAsset ? FOR_GOOD : ASK_AGAIN);
    if (isAsset) return sayNot(res, 'No such file.');
    if (findRoute(req.path) || HAS_EXTENSION.test(req.path)) return next();
    res.vary('Accept');
    // The order decides where a client takes anything (curl): it gets the API's answer.
    if (!isHome && req.accepts(['application/json', 'text/html']) !== 'text/html') return next();
    return page ? send(req, res, page, policy, ASK_AGAIN) : sayNot(res, NOT_BUILT);
  };
}

function send(req: Request, res: Response, file: BuiltFile, policy: string, cacheControl: string): void {
  const [{ bytes, etag }, coding] = chosen(req, file);
  if (Object.keys(file.packed).length > 0) res.vary('Accept-Encoding');
  res.set({ ETag: etag, 'Cache-Control': cacheControl, 'Content-Security-Policy': policy });
  // A 304 does not describe a body that it does not have.
  if (coding && !req.fresh) res.set('Content-Encoding', coding);
  // Express compares the tag with the request's, and leaves out the body of a 304 and of a HEAD.
  res.type(file.extension).send(bytes);
}

/** The smallest that the client takes. */
function chosen(req: Request, { packed, bytes, etag }: BuiltFile): [Representation, Coding?] {
  for (const [coding] of CODINGS) {
    const representation = packed[coding];
    if (representation && req.acceptsEncodings(coding)) return [representation, coding];
  }
  return [{ bytes, etag }];
}

function sayNot(res: Response, sentence: string): void {
  res.status(404).set('Cache-Control', 'no-store').type('text').send(`${sentence}\n`);
}
