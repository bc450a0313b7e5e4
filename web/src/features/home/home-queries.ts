import { queryOptions } from '@tanstack/react-query';
import { execute } from '../../shared/api/execute.ts';
import {
  LibraryFiguresDocument,
  OnThisDayDocument,
  RecentDocument,
} from '../../shared/api/generated/graphql.ts';
import { LIBRARY } from '../../shared/api/query-client.ts';
import type { DayOfYear } from './on-this-day.ts';

/** The photos uploaded last, and the number of all photos. */
export const recentQuery = queryOptions({
  queryKey: [LIBRARY, 'recent'],
  queryFn: async ({ signal }) => (await execute(RecentDocument, {}, { signal })).photos,
});

/** Photos taken on one day of another year. */
export function dayQuery({ from, to }: DayOfYear) {
  return queryOptions({
    queryKey: [LIBRARY, 'day', from, to],
    queryFn: async ({ signal }) =>
      (await execute(OnThisDayDocument, { day: { from, to } }, { signal })).photos,
  });
}

/** The number and size of the photos by month and by camera. */
export const figuresQuery = queryOptions({
  queryKey: [LIBRARY, 'figures'],
  queryFn: async ({ signal }) => (await execute(LibraryFiguresDocument, {}, { signal })).stats,
});
