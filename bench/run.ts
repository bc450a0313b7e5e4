import { join } from 'node:path';
import type { Bench } from './bench.ts';
import { benchPhotos } from './images.ts';
import { type Measure, table } from './measure.ts';
import { readOptions, USAGE } from './options.ts';
import { load, machine, runMain, writeResults } from './report.ts';
import { ingest } from './rows/ingest.ts';
import { bigLists, usualLists } from './rows/lists.ts';
import { manyUsers } from './rows/many-users.ts';
import { singleHeic, singleJpeg } from './rows/single-photo.ts';
import { largeUploads } from './rows/large-uploads.ts';
import { idleMemory, start } from './rows/start.ts';

const RESULTS = join(import.meta.dirname, 'results.json');

/** The parts of the benchmark, with the rows that each measures. */
const PARTS: { rows: number[]; run: (bench: Bench) => Promise<Measure[] | Measure | null> }[] = [
  { rows: [1, 2], run: ingest },
  { rows: [3], run: singleJpeg },
  { rows: [4], run: singleHeic },
  { rows: [5, 6, 7, 8], run: usualLists },
  { rows: [5, 7, 8], run: bigLists },
  { rows: [9], run: manyUsers },
  { rows: [10], run: start },
  { rows: [11], run: idleMemory },
  { rows: [12], run: largeUploads },
];

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const began = new Date();
  const log = (line: string) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
  const about = { ...machine(), loadAtStart: load() };
  log(JSON.stringify(about));
  const images = [1, 2, 3, 12].some((row) => options.rows.has(row));
  const bench: Bench = { ...options, log, photoPaths: images ? await benchPhotos(options.photos, log) : [] };
  const measures: Measure[] = [];
  const notes: string[] = [];
  const minutes = () => Math.round((Date.now() - began.getTime()) / 60_000);
  for (const { rows, run } of PARTS) {
    const wanted = rows.filter((row) => options.rows.has(row));
    if (wanted.length === 0) continue;
    log(`row ${wanted.join(', ')}; load average ${load()}`);
    const found = [(await run(bench)) ?? []].flat().filter(({ row }) => options.rows.has(row));
    if (found.length === 0) notes.push(`Row ${wanted.join(', ')} was skipped.`);
    else log(`\n${table(found)}`);
    measures.push(...found);
    notes.push(...found.flatMap(({ row, note }) => (note ? [`Row ${row}: ${note}.`] : [])));
    // Written after each part, so that an aborted run leaves partial results.
    const shownOptions = { ...options, rows: [...options.rows] };
    writeResults(
      RESULTS,
      { ...about, loadAtEnd: load(), began, minutes: minutes(), notes, options: shownOptions },
      measures,
    );
  }
  if (options.rows.has(4) && !options.heic)
    notes.push('Row 4 requires a HEIC file, which the benchmark cannot generate: --heic photo.heic');
  const header = [
    `${options.quick ? 'Quick run' : 'Full run'} of ${began.toISOString().slice(0, 10)}, ${options.rounds} rounds, ${minutes()} minutes; load average ${about.loadAtStart} at the start, ${load()} at the end.`,
    Object.values(machine()).join(', '),
    `The medians and ranges are those of the rounds; p95 and p99 are those of all requests. Client and service share the processors.`,
  ];
  process.stdout.write(`\n${[...header, '', table(measures), '', ...notes].join('\n')}\n`);
}

await runMain(main, USAGE);
