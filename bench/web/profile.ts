import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { CACHE } from '../service.ts';
import type { Around } from './visit.ts';

const SAMPLING_US = 200;

/** Writes what V8's profiler sees of each part to a file in bench/.cache/profiles, for bench/profile-summary.ts. */
export function profiled(name: string): Around {
  return async (part, page, act) => {
    const session = await page.context().newCDPSession(page);
    await session.send('Profiler.enable');
    await session.send('Profiler.setSamplingInterval', { interval: SAMPLING_US });
    await session.send('Profiler.start');
    const done = await act();
    const { profile } = await session.send('Profiler.stop');
    await session.detach();
    await save(`web-${name}-${part}.cpuprofile`, profile);
    return done;
  };
}

/** Nothing round it. */
export const bare: Around = (_part: string, _page: Page, act) => act();

async function save(file: string, profile: object): Promise<void> {
  const folder = join(CACHE, 'profiles');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, file), JSON.stringify(profile));
}
