import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import chromium from '@sparticuz/chromium';
import { z } from 'zod';
import { type Measure } from '../measure.ts';
import { withService } from '../service.ts';
import { galleryFolder } from './library.ts';
import type { WebOptions } from './options.ts';

/** Installed by npx on demand. As a dependency, it would be the largest part of a clean install. */
const LIGHTHOUSE = 'lighthouse@13.5.0';
const PHOTOS = 1_000;
const GOAL = 95;
const PRESETS = { desktop: ['--preset=desktop'], phone: [] };
const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const;
const METRICS = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time'] as const;

const scored = z.object({ score: z.number() });
const timed = z.object({ numericValue: z.number() });
const Report = z.object({
  categories: z.object({ performance: scored, accessibility: scored, 'best-practices': scored }),
  audits: z.object({
    'first-contentful-paint': timed,
    'largest-contentful-paint': timed,
    'total-blocking-time': timed,
  }),
});
type Report = z.infer<typeof Report>;

/** Runs Lighthouse on the gallery, on a desktop and on a simulated phone. */
export async function lighthouse({ rounds }: WebOptions, log: (line: string) => void): Promise<Measure[]> {
  const dataDir = await galleryFolder(PHOTOS, log);
  const chromePath = await chromium.executablePath();
  return withService({ dataDir, imageWorkers: 1, profile: false }, async ({ url }) => {
    const measures: Measure[] = [];
    for (const [name, flags] of Object.entries(PRESETS)) {
      const reports: Report[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        log(`Lighthouse, ${name}, round ${round} of ${rounds}`);
        reports.push(await report(`${url}/gallery`, flags, chromePath));
      }
      measures.push(...measuresOf(name, reports));
    }
    return measures;
  });
}

async function report(url: string, flags: readonly string[], chromePath: string): Promise<Report> {
  const { stdout } = await promisify(execFile)(
    'npx',
    [
      '--yes',
      LIGHTHOUSE,
      url,
      ...flags,
      `--only-categories=${CATEGORIES.join(',')}`,
      '--chrome-flags=--headless --no-sandbox --disable-background-networking',
      '--no-enable-error-reporting',
      '--output=json',
      '--quiet',
    ],
    { cwd: tmpdir(), maxBuffer: 64 * 2 ** 20, env: { ...process.env, CHROME_PATH: chromePath } },
  );
  return Report.parse(JSON.parse(stdout));
}

function measuresOf(name: string, reports: readonly Report[]): Measure[] {
  const points = CATEGORIES.map((category): Measure => ({
    row: 6,
    name: `Lighthouse, ${name}, ${category.replace('-', ' ')}`,
    unit: 'points',
    rounds: reports.map(({ categories }) => Math.round(categories[category].score * 100)),
    goal: { is: 'at least', value: GOAL, of: 'value' },
  }));
  const times = METRICS.map((metric): Measure => ({
    row: 6,
    name: `Lighthouse, ${name}, ${metric.replaceAll('-', ' ')}`,
    unit: 'ms',
    rounds: reports.map(({ audits }) => audits[metric].numericValue),
  }));
  return [...points, ...times];
}
