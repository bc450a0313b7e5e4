import type { Page } from 'playwright-core';

/** What an act has the page's main thread do, in milliseconds of a processor: other work on the machine stretches it little. */
export async function mainThread<T>(page: Page, act: () => Promise<T>): Promise<T & { cpuMs: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const seconds = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN;
  };
  const before = await seconds();
  const done = await act();
  const cpuMs = ((await seconds()) - before) * 1000;
  await session.detach();
  return { ...done, cpuMs };
}
