import { queryOptions } from '@tanstack/react-query';
import { execute } from '../../shared/api/execute.ts';
import {
  LibraryFiguresDocument,
  OnThisDayDocument,
  RecentDocument,
} from '../../shared/api/generated/graphql.ts';
import { LIBRARY } from '../../shared/api/query-client.ts';
import type { DayOfYear } from './on-this-day.ts';

/** What came in last, and how many photos there are in all. */
export const recentQuery = queryOptions({
  queryKey: [LIBRARY, 'recent'],
  queryFn: async ({ signal }) => (await execute(RecentDocument, {}, { signal })).photos,
});

/** Photos of a day of another year. */
export function dayQuery({ from, to }: DayOfYear) {
  return queryOptions({
    queryKey: [LIBRARY, 'day', from, to],
    queryFn: async ({ signal }) =>
      (await execute(OnThisDayDocument, { day: { from, to } }, { signal })).photos,
  });
}

/** The photos by month and by camera. */
export const figuresQuery = queryOptions({
  queryKey: [LIBRARY, 'figures'],
  queryFn: async ({ signal }) => (await execute(LibraryFiguresDocument, {}, { signal })).stats,
});
