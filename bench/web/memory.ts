import type { Browser, Page } from 'playwright-core';
import { memoryOf } from '../service.ts';

/** Memory of a page, in bytes. */
export interface RendererMemory {
  /** JavaScript heap of the page after a garbage collection. */
  heap: number;
  /** PSS of its renderer process; NaN if the system does not report it. */
  pss: number;
}

/** Measures the memory of a page, which must be the only page of its browser. */
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
    // The browser may also have a spare renderer without a page, which is smaller.
    return { heap: usedSize, pss: Math.max(...sizes) };
  } finally {
    await Promise.all([ofPage.detach(), ofBrowser.detach()]);
  }
}
