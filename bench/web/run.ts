import { join } from 'node:path';
import { launchBrowser } from '../../test/support/browser.ts';
import { type Measure, table } from '../measure.ts';
import { load, machine, runMain, writeResults } from '../report.ts';
import { withService } from '../service.ts';
import { galleryFolder } from './library.ts';
import { lighthouse } from './lighthouse.ts';
import { readOptions, USAGE, type WebOptions } from './options.ts';
import { bare, profiled } from './profile.ts';
import { measuresOf } from './rows.ts';
import { type Visit, visit } from './visit.ts';

const RESULTS = join(import.meta.dirname, '../web-results.json');
const SERVICE = { imageWorkers: 1, profile: false };

const log = (line: string) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);

/** Visits both libraries in turn, round after round. */
async function compare({ photos, few, rounds, profile }: WebOptions): Promise<Measure[]> {
  const many = await galleryFolder(photos, log);
  const small = await galleryFolder(few, log);
  const visits: Visit[] = [];
  const visitsOfFew: Visit[] = [];
  await withService({ ...SERVICE, dataDir: many }, (big) =>
    withService({ ...SERVICE, dataDir: small }, async (beside) => {
      for (let round = 1; round <= rounds; round += 1) {
        log(`round ${round} of ${rounds}; load average ${load()}`);
        visitsOfFew.push(await visitAlone(beside.url, profile ? profiled(`${few}`) : bare));
        visits.push(await visitAlone(big.url, profile ? profiled(`${photos}`) : bare));
      }
    }),
  );
  return measuresOf(visits, visitsOfFew, `with ${few}`);
}

/** In a browser of its own, so that no process has grown before. */
async function visitAlone(url: string, around: typeof bare): Promise<Visit> {
  const browser = await launchBrowser();
  try {
    return await visit(browser, url, around);
  } finally {
    await browser.close();
  }
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const began = new Date();
  const about = { ...machine(), loadAtStart: load() };
  log(JSON.stringify(about));
  const measures = options.lighthouse ? await lighthouse(options, log) : await compare(options);
  writeResults(RESULTS, { ...about, loadAtEnd: load(), began, options }, measures);
  const what = options.lighthouse ? 'Lighthouse' : `${options.photos.toLocaleString('en')} photos`;
  const header = `${what}, ${options.rounds} rounds; load average ${about.loadAtStart} at the start, ${load()} at the end.`;
  process.stdout.write(`\n${header}\n${Object.values(machine()).join(', ')}\n\n${table(measures)}\n`);
}

await runMain(main, USAGE);
