import chromium from '@sparticuz/chromium';
import { type Browser, type BrowserContextOptions, chromium as playwright, type Page } from 'playwright-core';

/** A headless Chromium that comes inside an npm package and keeps its services for itself. */
export async function launchBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    // Not the package's own arguments: among them is --disable-web-security.
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

export interface WatchedPage {
  page: Page;
  /** What no page of ours may do: errors in the console or uncaught, breaches of its policy, requests elsewhere. */
  faults: string[];
}

/**
 * A page in a context of its own that may talk to `origin` alone, or `elsewhere` too; closing the context is the caller's.
 * Service workers are what it is opened for or they are not there: their requests have none of the page's headers, and each
 * context would fetch the whole app anew for them.
 */
export async function openPage(
  browser: Browser,
  origin: string,
  { elsewhere = [], ...options }: BrowserContextOptions & { elsewhere?: string[] } = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    serviceWorkers: 'block',
    ...options,
  });
  context.setDefaultTimeout(60_000);
  const faults: string[] = [];
  const hosts = new Set([origin, ...elsewhere].map((url) => new URL(url).host));
  const watch = (kind: string, url: string) => {
    if (/^(data|blob):/.test(url)) return;
    if (!hosts.has(new URL(url).host)) faults.push(`${kind} elsewhere: ${url}`);
  };
  context.on('request', (request) => watch('request', request.url()));
  context.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  context.on('weberror', (error) => faults.push(`uncaught: ${error.error().message}`));
  const page = await context.newPage();
  page.on('websocket', (socket) => watch('websocket', socket.url()));
  await page.addInitScript(
    `addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
       console.error('policy breached: ' + violatedDirective + ' ' + blockedURI))`,
  );
  return { page, faults };
}
