import { Router } from 'express';
import { ROUTES } from '../http/routes.ts';

/**
 * Handles POST /clear-site-data with a Clear-Site-Data header, so that the browser deletes this origin's HTTP
 * cache, which scripts cannot delete, and its storage. Cookies are not deleted: they belong to the identity proxy,
 * and the header would delete those of the whole domain. Browsers obey the header only over TLS or on localhost.
 */
export function clearSiteData(): Router {
  return Router({ caseSensitive: true }).post(ROUTES.clearSiteData.path, (_req, res) => {
    res.set({ 'Clear-Site-Data': '"cache", "storage"', 'Cache-Control': 'no-store' }).status(204).end();
  });
}
