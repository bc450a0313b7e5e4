import type { Bench } from '../bench.ts';
import { measureCases } from '../cases.ts';
import { libraryFolder } from '../libraries.ts';
import type { Measure } from '../measure.ts';
import { FIRST_PAGE, TIMELINE } from '../queries.ts';
import { withService } from '../service.ts';

/**
 * Maximum ratio to the time that the same library takes alone in a database. The excess over 1 allows for noise.
 */
const MAX_RATIO = 1.25;

/**
 * Row 9: a user in a database shared with many others, compared with the same user alone in a database. Both
 * services run at the same time.
 */
export async function manyUsers(bench: Bench): Promise<Measure[]> {
  const { bigLibrary: photos, users } = bench;
  const alone = await libraryFolder({ photos, users, onlyFirst: true }, bench.log);
  const shared = await libraryFolder({ photos, users, onlyFirst: false }, bench.log);
  const measures = await withService({ ...bench, dataDir: alone }, (aloneService) =>
    withService({ ...bench, dataDir: shared }, (sharedService) =>
      measureCases(
        bench,
        [
          { list: 'first page', request: FIRST_PAGE },
          { list: 'timeline', request: TIMELINE },
        ].flatMap(({ list, request }) => [
          { row: 0, name: `${list} alone`, url: aloneService.url, request, clients: [1, 8] },
          {
            row: 9,
            name: `${list} of ${photos / users} photos among ${photos.toLocaleString('en')}`,
            url: sharedService.url,
            request,
            clients: [1, 8],
            baseline: `${list} alone`,
            baselineGoal: MAX_RATIO,
          },
        ]),
      ),
    ),
  );
  return measures.filter(({ row }) => row !== 0);
}
