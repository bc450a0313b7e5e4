import { join } from 'node:path';
import { ROUTES } from '../../http/routes.ts';
import express, { type RequestHandler, Router } from 'express';

const GRAPHQL_JSON = 'application/graphql-response+json';

/**
 * Policy of the page: scripts only from the playground's own files, no other host than the bucket of the photos,
 * and no embedding in a frame.
 *
 * style-src needs 'unsafe-inline', because the editor creates style elements at run time, positions every line of
 * text with a style attribute, and does not support nonces (https://github.com/microsoft/monaco-editor/issues/271).
 * connect-src 'self' includes the WebSocket of this host in Chromium, Firefox, and Safari 16 or later. In older
 * versions of Safari, everything works except subscriptions.
 */
function pagePolicy(bucketUrls: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "worker-src 'self'",
    ["connect-src 'self'", ...bucketUrls].join(' '),
    ["img-src 'self' data:", ...bucketUrls].join(' '),
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Policy of a worker, which comes from its own file. Workers may load scripts but may not open connections. */
const ASSET_POLICY = "default-src 'none'; script-src 'self'; frame-ancestors 'none'";

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

const OFF =
  "The playground is off because this server runs only the web app's documents (TRUSTED_DOCUMENTS_ONLY=true).\n";

/**
 * Serves the playground's page at GET /graphql to clients that prefer text/html, and its files at
 * /playground/assets. All other requests are passed on to the API.
 * @param folder folder to which `npm run build` writes the page; if missing, the page is a 404 that explains why
 * @param isOff true if the server would reject the user's own documents; the page is then a 404 that explains why
 * @param bucketUrls URLs of the bucket, if photos are downloaded from and uploaded to it directly
 */
export function playground(
  folder: string,
  isOff = false,
  bucketUrls: readonly string[] = [],
): RequestHandler {
  const router = Router();
  const policy = pagePolicy(bucketUrls);

  router.get(ROUTES.graphql.path, (req, res, next) => {
    res.vary('Accept');
    // A client that accepts anything, such as curl, gets the first of these types: JSON.
    if (req.accepts([GRAPHQL_JSON, 'application/json', 'text/html']) !== 'text/html') return next();
    if (isOff) return res.status(404).type('text').send(OFF);
    res.set({
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      // The page refers to files whose names contain hashes, so it must be revalidated to pick up an update.
      'Cache-Control': 'no-cache',
    });
    return res.sendFile('index.html', { root: folder, cacheControl: false }, (error) => {
      if (!error || res.headersSent) return;
      res.status(404).type('text').send('The playground is not built. Run `npm run build`.\n');
    });
  });

  router.use(
    `${ROUTES.playground.path}/assets`,
    express.static(join(folder, 'assets'), {
      immutable: true,
      maxAge: YEAR_MS,
      index: false,
      redirect: false,
      setHeaders: (res) => {
        res.setHeader('Content-Security-Policy', ASSET_POLICY);
        res.setHeader('X-Content-Type-Options', 'nosniff');
      },
    }),
    (_req, res) => {
      res.status(404).type('text').send('File not found.\n');
    },
  );

  return router;
}
