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

/** What all of HTTP, identity and GraphQL cost when there is nothing to do. */
export const EMPTY = graphqlRequest('{ __typename }');
export const TIMELINE = graphqlRequest('{ timeline { month count } }');
export const FIRST_PAGE = graphqlRequest(PAGE);

export function strip(month: string): HttpRequest {
  return graphqlRequest(STRIP, { month });
}

export function search(query: string): HttpRequest {
  return graphqlRequest(PAGE, { filter: { query } });
}

/** The page behind the newest photo of before `to`. */
export async function pageBehind(http: HttpClient, to: string): Promise<HttpRequest> {
  const { photos } = await http.graphql<{ photos: { pageInfo: { endCursor: string | null } } }>(
    `query ($to: LocalDateTime!) { photos(first: 1, filter: { takenAtLocal: { to: $to } }) { pageInfo { endCursor } } }`,
    { to },
  );
  if (!photos.pageInfo.endCursor) throw new Error(`There is no photo of before ${to}.`);
  return graphqlRequest(PAGE, { after: photos.pageInfo.endCursor });
}
