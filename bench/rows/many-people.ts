import type { Bench } from '../bench.ts';
import { measureCases } from '../cases.ts';
import { libraryFolder } from '../libraries.ts';
import type { Measure } from '../measure.ts';
import { FIRST_PAGE, TIMELINE } from '../queries.ts';
import { withService } from '../service.ts';

/** Of the time that the same library takes when it is alone in its file: as alone, but for the noise of a run. */
const AS_ALONE = 1.25;

/** Row 9: one of many people whose photos lie mixed in one file, beside the same person alone. Both services run at once. */
export async function manyPeople(bench: Bench): Promise<Measure[]> {
  const { bigLibrary: photos, people } = bench;
  const alone = await libraryFolder({ photos, people, alone: true }, bench.log);
  const among = await libraryFolder({ photos, people, alone: false }, bench.log);
  const measures = await withService({ ...bench, dataDir: alone }, (quiet) =>
    withService({ ...bench, dataDir: among }, (crowded) =>
      measureCases(
        bench,
        [
          { what: 'first page', request: FIRST_PAGE },
          { what: 'timeline', request: TIMELINE },
        ].flatMap(({ what, request }) => [
          { row: 0, name: `${what} alone`, url: quiet.url, request, clients: [1, 8] },
          {
            row: 9,
            name: `${what} of ${photos / people} photos among ${photos.toLocaleString('en')}`,
            url: crowded.url,
            request,
            clients: [1, 8],
            beside: `${what} alone`,
            besideGoal: AS_ALONE,
          },
        ]),
      ),
    ),
  );
  return measures.filter(({ row }) => row !== 0);
}
