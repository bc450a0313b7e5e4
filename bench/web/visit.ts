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

/** Somebody comes for the first time, comes again, and goes along the photos. */
export interface Visit {
  cold: Opening;
  warm: Opening;
  wheel: Watched & { cpuMs: number };
  scrubber: Watched & { cpuMs: number };
  /** Milliseconds from the scrubber's end until each tile there had its picture. */
  settled: number;
  before: RendererMemory;
  after: RendererMemory;
}

/** What is done round a part of a visit. */
export type Around = <T>(part: string, page: Page, act: () => Promise<T>) => Promise<T>;

/** Visits the gallery of a service in a browser that knows nothing of it. */
export async function visit(browser: Browser, url: string, around: Around): Promise<Visit> {
  const context = await browser.newContext({ viewport: VIEWPORT });
  context.setDefaultTimeout(60_000);
  await context.addInitScript(installProbe);
  try {
    const first = await context.newPage();
    const cold = await around('cold', first, () => open(first, url));
    await first.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    await first.close();
    const page = await context.newPage();
    const warm = await around('warm', page, () => open(page, url));
    if (!(await page.evaluate(() => navigator.serviceWorker.controller !== null)))
      throw new Error('The page did not come from the service worker.');
    const before = await rendererMemory(browser, page);
    const wheel = await around('wheel', page, () => mainThread(page, () => watched(page, turnWheel)));
    await toTop(page);
    const scrubber = await around('scrubber', page, () =>
      mainThread(page, () => watched(page, dragScrubber)),
    );
    const settled = await page.evaluate(() => window.imgstreamProbe.settled());
    const after = await rendererMemory(browser, page);
    return { cold, warm, wheel, scrubber, settled, before, after };
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

async function watched(page: Page, act: (page: Page) => Promise<void>): Promise<Watched> {
  await page.evaluate(() => window.imgstreamProbe.watch());
  await act(page);
  return page.evaluate(() => window.imgstreamProbe.stop());
}
