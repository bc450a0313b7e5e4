import type { Browser, Page } from 'playwright-core';
import { memoryOf } from '../service.ts';

/** Bytes. */
export interface RendererMemory {
  /** JavaScript's heap of the page, behind a collection of garbage. */
  heap: number;
  /** Of the process that draws it; NaN where the system does not tell. */
  pss: number;
}

/** What a page takes; it has to be the only one of its browser. */
export async function rendererMemory(browser: Browser, page: Page): Promise<RendererMemory> {
  const ofPage = await page.context().newCDPSession(page);
  const ofBrowser = await browser.newBrowserCDPSession();
  try {
    await ofPage.send('HeapProfiler.collectGarbage');
    const { usedSize } = await ofPage.send('Runtime.getHeapUsage');
    const { processInfo } = await ofBrowser.send('SystemInfo.getProcessInfo');
    const sizes = processInfo
      .filter(({ type }) => type === 'renderer')
      .map(({ id }) => memoryOf(id)?.pss ?? NaN);
    // The browser may keep an empty one in store.
    return { heap: usedSize, pss: Math.max(...sizes) };
  } finally {
    await Promise.all([ofPage.detach(), ofBrowser.detach()]);
  }
}
