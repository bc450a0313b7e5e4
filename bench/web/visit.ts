import type { Browser, Page } from 'playwright-core';
import { mainThread } from './main-thread.ts';
import { rendererMemory, type RendererMemory } from './memory.ts';
import { installProbe } from './install-probe.ts';
import type { LongTask, Opened, Watched } from './probe.ts';
import { dragScrubber, toTop, turnWheel } from './scroll.ts';

const VIEWPORT = { width: 1280, height: 800 };

export interface Opening extends Opened {
  longTasks: LongTask[];
}

/** The measurements of a first visit, a second visit, and scrolling through the photos. */
export interface Visit {
  cold: Opening;
  warm: Opening;
  wheel: Watched & { cpuMs: number };
  scrubber: Watched & { cpuMs: number };
  /** Time from the end of the scrubber drag until every tile in the viewport had its image, in ms. */
  settled: number;
  memoryBefore: RendererMemory;
  memoryAfter: RendererMemory;
}

/** Runs a part of a visit, for example with a profiler. */
export type PartRunner = <T>(part: string, page: Page, run: () => Promise<T>) => Promise<T>;

/** Visits the gallery of a service in a browser with an empty cache. */
export async function visit(browser: Browser, url: string, runPart: PartRunner): Promise<Visit> {
  const context = await browser.newContext({ viewport: VIEWPORT });
  context.setDefaultTimeout(60_000);
  await context.addInitScript(installProbe);
  try {
    const first = await context.newPage();
    const cold = await runPart('cold', first, () => open(first, url));
    await first.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    await first.close();
    const page = await context.newPage();
    const warm = await runPart('warm', page, () => open(page, url));
    if (!(await page.evaluate(() => navigator.serviceWorker.controller !== null)))
      throw new Error('The service worker does not control the page.');
    const memoryBefore = await rendererMemory(browser, page);
    const wheel = await runPart('wheel', page, () => mainThread(page, () => watched(page, turnWheel)));
    await toTop(page);
    const scrubber = await runPart('scrubber', page, () =>
      mainThread(page, () => watched(page, dragScrubber)),
    );
    const settled = await page.evaluate(() => window.imgstreamProbe.settled());
    const memoryAfter = await rendererMemory(browser, page);
    return { cold, warm, wheel, scrubber, settled, memoryBefore, memoryAfter };
  } finally {
    await context.close();
  }
}

async function open(page: Page, url: string): Promise<Opening> {
  await page.goto(`${url}/gallery`, { waitUntil: 'commit' });
  return page.evaluate(async () => ({
    ...(await window.imgstreamProbe.opened()),
    longTasks: window.imgstreamProbe.longTasks,
  }));
}

async function watched(page: Page, action: (page: Page) => Promise<void>): Promise<Watched> {
  await page.evaluate(() => window.imgstreamProbe.watch());
  await action(page);
  return page.evaluate(() => window.imgstreamProbe.stop());
}
