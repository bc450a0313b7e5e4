import { join } from 'node:path';
import { launchBrowser } from '../../test/support/browser.ts';
import { type Measure, table } from '../measure.ts';
import { load, machine, runMain, writeResults } from '../report.ts';
import { withService } from '../service.ts';
import { galleryFolder } from './library.ts';
import { lighthouse } from './lighthouse.ts';
import { readOptions, USAGE, type WebOptions } from './options.ts';
import { profiled, unprofiled } from './profile.ts';
import { measuresOf } from './rows.ts';
import { type PartRunner, type Visit, visit } from './visit.ts';

const RESULTS = join(import.meta.dirname, '../web-results.json');
const SERVICE = { imageWorkers: 1, profile: false };

const log = (line: string) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);

/** Visits both libraries alternately, once each per round. */
async function compare({ photos, few, rounds, profile }: WebOptions): Promise<Measure[]> {
  const manyFolder = await galleryFolder(photos, log);
  const fewFolder = await galleryFolder(few, log);
  const visits: Visit[] = [];
  const visitsOfFew: Visit[] = [];
  await withService({ ...SERVICE, dataDir: manyFolder }, (manyService) =>
    withService({ ...SERVICE, dataDir: fewFolder }, async (fewService) => {
      for (let round = 1; round <= rounds; round += 1) {
        log(`round ${round} of ${rounds}; load average ${load()}`);
        visitsOfFew.push(await visitFresh(fewService.url, profile ? profiled(`${few}`) : unprofiled));
        visits.push(await visitFresh(manyService.url, profile ? profiled(`${photos}`) : unprofiled));
      }
    }),
  );
  return measuresOf(visits, visitsOfFew, `with ${few}`);
}

/** Visits the gallery in a new browser, so that its processes have not grown before. */
async function visitFresh(url: string, runPart: PartRunner): Promise<Visit> {
  const browser = await launchBrowser();
  try {
    return await visit(browser, url, runPart);
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
  const title = options.lighthouse ? 'Lighthouse' : `${options.photos.toLocaleString('en')} photos`;
  const header = `${title}, ${options.rounds} rounds; load average ${about.loadAtStart} at the start, ${load()} at the end.`;
  process.stdout.write(`\n${header}\n${Object.values(machine()).join(', ')}\n\n${table(measures)}\n`);
}

await runMain(main, USAGE);
