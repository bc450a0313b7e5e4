import type { PhotoFilter } from '../../../shared/api/generated/graphql.ts';
import { queryClient } from '../../../shared/api/query-client.ts';
import type { PhotoSequence } from '../../../shared/photos/sequence.ts';
import { type Strip, stripQuery } from '../../../shared/photos/timeline.ts';

/** The position of a photo in the timeline. */
export interface TimelinePosition {
  /** Index of the month; 0 in a list without months. */
  month: number;
  /** Index of the photo in its month. */
  index: number;
}

/** The order of the photos in the timeline. Requests the strips of months that are not cached. */
export class TimelineOrder implements PhotoSequence {
  constructor(
    readonly months: readonly { month: string; count: number }[],
    readonly filter: PhotoFilter,
    readonly from: string,
  ) {}

  /** Returns the strip of a month, if it is cached. */
  cached(month: number): Strip | undefined {
    const name = this.months[month]?.month;
    return name === undefined ? undefined : queryClient.getQueryData(stripQuery(name, this.filter).queryKey);
  }

  /** Returns the strip of a month, or null for a month outside of the timeline. @throws ApiError */
  async strip(month: number): Promise<Strip | null> {
    const name = this.months[month]?.month;
    return name === undefined ? null : queryClient.ensureQueryData(stripQuery(name, this.filter));
  }

  /** Returns the position of a photo in the cached months, or null if it is in none of them. */
  find(id: string): TimelinePosition | null {
    for (const month of this.months.keys()) {
      const index = this.cached(month)?.ids.indexOf(id) ?? -1;
      if (index >= 0) return { month, index };
    }
    return null;
  }

  /** Returns the photo before (-1) or after (1) a position, even if it is in another month; null at an end. */
  async beside(
    { month, index }: TimelinePosition,
    step: 1 | -1,
  ): Promise<(TimelinePosition & { id: string }) | null> {
    const strip = await this.strip(month);
    const id = strip?.ids[index + step];
    if (id !== undefined) return { month, index: index + step, id };
    const next = await this.strip(month + step);
    if (!next) return null;
    const at = step > 0 ? 0 : next.ids.length - 1;
    const other = next.ids[at];
    return other === undefined ? null : { month: month + step, index: at, id: other };
  }

  /** Returns the ids between two positions, including both. The positions may be in any order. */
  async range(one: TimelinePosition, other: TimelinePosition): Promise<string[]> {
    const isReversed = one.month > other.month || (one.month === other.month && one.index > other.index);
    const [first, last] = isReversed ? [other, one] : [one, other];
    const ids: string[] = [];
    for (let month = first.month; month <= last.month; month++) {
      const strip = await this.strip(month);
      const begin = month === first.month ? first.index : 0;
      const end = month === last.month ? last.index + 1 : undefined;
      ids.push(...(strip?.ids.slice(begin, end) ?? []));
    }
    return ids;
  }

  /** Returns the ids of all photos in the timeline. */
  all(): Promise<string[]> {
    return this.range({ month: 0, index: 0 }, { month: this.months.length - 1, index: Infinity });
  }

  async neighbours(id: string): Promise<{ previous: string | null; next: string | null } | undefined> {
    const position = this.find(id);
    if (!position) return undefined;
    const [previous, next] = await Promise.all([this.beside(position, -1), this.beside(position, 1)]);
    return { previous: previous?.id ?? null, next: next?.id ?? null };
  }
}
