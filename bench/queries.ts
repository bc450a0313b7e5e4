import { type HttpClient, type HttpRequest, graphqlRequest } from './load.ts';

const PAGE = `query ($after: String, $filter: PhotoFilter) {
  photos(first: 50, after: $after, filter: $filter) {
    nodes { id filename title takenAt takenAtLocal width height isFavorite thumbhash thumbnailUrl }
    pageInfo { hasNextPage endCursor }
  }
}`;
const STRIP = `query ($month: String!) {
  timelineStrip(month: $month) { ids ratios thumbhashes takenAtLocal thumbnailUrls favorites endCursor }
}`;

/** A query without work, which shows the cost of HTTP, identity and GraphQL. */
export const EMPTY = graphqlRequest('{ __typename }');
export const TIMELINE = graphqlRequest('{ timeline { month count } }');
export const FIRST_PAGE = graphqlRequest(PAGE);

export function strip(month: string): HttpRequest {
  return graphqlRequest(STRIP, { month });
}

export function search(query: string): HttpRequest {
  return graphqlRequest(PAGE, { filter: { query } });
}

/** Returns the query for the page that follows the newest photo taken before `to`. */
export async function pageAfter(http: HttpClient, to: string): Promise<HttpRequest> {
  const { photos } = await http.graphql<{ photos: { pageInfo: { endCursor: string | null } } }>(
    `query ($to: LocalDateTime!) { photos(first: 1, filter: { takenAtLocal: { to: $to } }) { pageInfo { endCursor } } }`,
    { to },
  );
  if (!photos.pageInfo.endCursor) throw new Error(`There is no photo taken before ${to}.`);
  return graphqlRequest(PAGE, { after: photos.pageInfo.endCursor });
}
