import chromium from '@sparticuz/chromium';
import { type Browser, type BrowserContextOptions, chromium as playwright, type Page } from 'playwright-core';

/**
 * Launches the headless Chromium of an npm package, with its background requests to Google's services turned off.
 */
export async function launchBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    // Does not use the package's default arguments, because they include --disable-web-security.
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
  /**
   * Errors in the console, uncaught exceptions, violations of the content security policy, requests to other hosts.
   */
  faults: string[];
}

/**
 * Opens a page in a new browser context; the caller closes the context. A request to any origin except `origin` and
 * those in `elsewhere` is recorded as a fault. Service workers are blocked unless the options allow them: their
 * requests lack the context's extra headers, and each new context would download the whole app again for its
 * service worker.
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
       console.error('policy violated: ' + violatedDirective + ' ' + blockedURI))`,
  );
  return { page, faults };
}
