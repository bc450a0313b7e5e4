import { execute } from '../../api/execute.ts';
import { MatchingIdsDocument, type MatchingIdsQuery, type PhotoFilter } from '../../api/generated/graphql.ts';

/** Pages of 200 photos. Undo is not worth more requests. */
const MAX_PAGES = 25;

/** Returns the ids of all photos that match a filter, or null if there are more than 5,000. */
export async function matchingIds(filter: PhotoFilter): Promise<Set<string> | null> {
  const ids = new Set<string>();
  let after: string | null = null;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { photos }: MatchingIdsQuery = await execute(MatchingIdsDocument, { filter, after });
    for (const { id } of photos.nodes) ids.add(id);
    if (!photos.pageInfo.hasNextPage) return ids;
    after = photos.pageInfo.endCursor;
  }
  return null;
}
