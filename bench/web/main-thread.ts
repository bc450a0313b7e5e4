import type { Page } from 'playwright-core';

/**
 * Measures the CPU time in ms that the page's main thread uses during an action. CPU time hardly depends on other
 * load on the machine.
 */
export async function mainThread<T>(page: Page, action: () => Promise<T>): Promise<T & { cpuMs: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const seconds = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN;
  };
  const before = await seconds();
  const result = await action();
  const cpuMs = ((await seconds()) - before) * 1000;
  await session.detach();
  return { ...result, cpuMs };
}
