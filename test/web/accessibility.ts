import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/**
 * Returns the violations of WCAG 2.2 AA and of best practices that axe finds, one line per element. Waits until all
 * animations have ended. In the dark theme, only the color rules run, because the other results equal those of the
 * light theme, which the caller must check as well.
 */
export async function violations(page: Page): Promise<string[]> {
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every(
        ({ playState, effect }) => playState !== 'running' || effect?.getTiming().iterations === Infinity,
      ),
  );
  const isDark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  // Legacy mode runs axe without a separate page. It cannot check cross-origin frames, but the app has none.
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  if (isDark) axe.withRules(['color-contrast', 'link-in-text-block']);
  const { violations: found } = await axe.analyze();
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target.join(' ')}: ${failureSummary}`),
  );
}

const VARIANTS = [
  { colorScheme: 'light', width: 1280, height: 800 },
  { colorScheme: 'dark', width: 1280, height: 800 },
  { colorScheme: 'light', width: 390, height: 844 },
  { colorScheme: 'dark', width: 390, height: 844 },
] as const;

/** Returns the violations of a page in both themes, each on a desktop and a phone screen, with theme and width. */
export async function violationsInAllVariants(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const { colorScheme, width, height } of VARIANTS) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height });
    for (const violation of await violations(page)) found.push(`${colorScheme} ${width}: ${violation}`);
  }
  return found;
}
