import { join } from 'node:path';
import { ROUTES } from '../../http/routes.ts';
import express, { type RequestHandler, Router } from 'express';

const GRAPHQL_JSON = 'application/graphql-response+json';

/**
 * No script but our own files, no other host but the bucket of the photos, no frame around it.
 *
 * style-src needs 'unsafe-inline': the editor makes style elements as it goes and places every line of text with a
 * style attribute, and has no way to be given a nonce (https://github.com/microsoft/monaco-editor/issues/271).
 * connect-src 'self' covers the WebSocket on this host (Chromium, Firefox, Safari from 16 on); older Safari does
 * everything but subscriptions.
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

/** A worker runs under the policy of its own file: it may load its other half, and talk to nobody. */
const ASSET_POLICY = "default-src 'none'; script-src 'self'; frame-ancestors 'none'";

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

const OFF =
  "The playground is off: only the web app's own documents are run here (TRUSTED_DOCUMENTS_ONLY=true).\n";

/**
 * The playground: GET /graphql answers its page to a browser, /playground/assets its files. Every other request is passed
 * on; one that does not prefer text/html is the API's.
 * @param folder where `npm run build` put the page; without it, GET /graphql in a browser says so with 404.
 * @param isOff where what a person writes there would be refused; it is said with 404, too.
 * @param bucketUrls where photos are delivered from and sent to, where that is not this service.
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
    // The order decides where a client takes anything (curl): it gets JSON.
    if (req.accepts([GRAPHQL_JSON, 'application/json', 'text/html']) !== 'text/html') return next();
    if (isOff) return res.status(404).type('text').send(OFF);
    res.set({
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      // The page names its files by their hashes: it has to be asked for again after an update.
      'Cache-Control': 'no-cache',
    });
    return res.sendFile('index.html', { root: folder, cacheControl: false }, (error) => {
      if (!error || res.headersSent) return;
      res.status(404).type('text').send('The playground is not built: run `npm run build`.\n');
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
      res.status(404).type('text').send('No such file.\n');
    },
  );

  return router;
}
