import { Router } from 'express';
import { ROUTES } from '../http/routes.ts';

/**
 * Answers POST /clear-site-data by having the browser delete what it keeps of this origin (Clear-Site-Data): pictures in
 * its cache, which no script can delete, and everything in its storage. Cookies are the proxy's that signs people in, and
 * would go for its whole domain. Browsers heed it where the page came by TLS or from their own machine.
 */
export function clearSiteData(): Router {
  return Router({ caseSensitive: true }).post(ROUTES.clearSiteData.path, (_req, res) => {
    res.set({ 'Clear-Site-Data': '"cache", "storage"', 'Cache-Control': 'no-store' }).status(204).end();
  });
}
