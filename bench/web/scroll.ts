import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';

const FRAME_MS = 1000 / 60;
const DRAG_MS = 8_000;
const WHEEL_MS = 8_000;
/** Pixels per turn of the wheel, and ms between two turns. Together they scroll ten screens per second. */
const FLICK = 400;
const FLICK_MS = 50;

/** Drags the scrubber from top to bottom. */
export async function dragScrubber(page: Page): Promise<void> {
  const track = await page.getByRole('slider').boundingBox();
  if (!track) throw new Error('The page has no scrubber.');
  const x = track.x + track.width / 2;
  await page.mouse.move(x, track.y + 1);
  await page.mouse.down();
  await paced(DRAG_MS, FRAME_MS, (share) => page.mouse.move(x, track.y + 1 + (track.height - 2) * share));
  await page.mouse.up();
  await page.mouse.move(x - 400, track.y + 100);
}

/** Scrolls down with the wheel, and reverses the direction at both ends of a small library. */
export async function turnWheel(page: Page): Promise<void> {
  await page.mouse.move(500, 400);
  let direction = 1;
  await paced(WHEEL_MS, FLICK_MS, async () => {
    await page.mouse.wheel(0, FLICK * direction);
    const { y, end } = await page.evaluate(() => ({
      y: window.scrollY,
      end: document.documentElement.scrollHeight - window.innerHeight,
    }));
    if (y >= end - 1) direction = -1;
    else if (y <= 0) direction = 1;
  });
}

/** Scrolls back to the first photo, and waits until all thumbnails in the viewport are painted. */
export async function toTop(page: Page): Promise<void> {
  await page.getByRole('slider').press('Home');
  await page.waitForFunction(() => window.scrollY === 0);
  await page.evaluate(() => window.imgstreamProbe.opened());
}

/** Calls `step` repeatedly for `ms`, with the elapsed fraction of this time. Does not make up for late steps. */
async function paced(ms: number, everyMs: number, step: (share: number) => Promise<void>): Promise<void> {
  const began = performance.now();
  for (let share = 0; share < 1;) {
    const at = performance.now();
    share = Math.min(1, (at - began) / ms);
    await step(share);
    await delay(Math.max(0, everyMs - (performance.now() - at)));
  }
}
