import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { CACHE } from '../service.ts';
import type { PartRunner } from './visit.ts';

const SAMPLING_US = 200;

/** Writes a V8 CPU profile of each part to a file in bench/.cache/profiles, for bench/profile-summary.ts. */
export function profiled(name: string): PartRunner {
  return async (part, page, run) => {
    const session = await page.context().newCDPSession(page);
    await session.send('Profiler.enable');
    await session.send('Profiler.setSamplingInterval', { interval: SAMPLING_US });
    await session.send('Profiler.start');
    const result = await run();
    const { profile } = await session.send('Profiler.stop');
    await session.detach();
    await save(`web-${name}-${part}.cpuprofile`, profile);
    return result;
  };
}

/** Runs each part without a profiler. */
export const unprofiled: PartRunner = (_part: string, _page: Page, run) => run();

async function save(file: string, profile: object): Promise<void> {
  const folder = join(CACHE, 'profiles');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, file), JSON.stringify(profile));
}
