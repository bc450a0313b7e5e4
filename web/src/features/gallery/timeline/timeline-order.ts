import type { PhotoFilter } from '../../../shared/api/generated/graphql.ts';
import { queryClient } from '../../../shared/api/query-client.ts';
import type { PhotoSequence } from '../../../shared/photos/sequence.ts';
import { type Strip, stripQuery } from '../../../shared/photos/timeline.ts';

/** A photo's place in the timeline: its month and its index there. */
export interface Place {
  month: number;
  index: number;
}

/** The photos in the order of the timeline, over the strips that are cached; others are asked for. */
export class TimelineOrder implements PhotoSequence {
  /** The photo that was shown last by whoever went along this order. */
  lastShown: string | null = null;

  constructor(
    readonly months: readonly { month: string; count: number }[],
    readonly filter: PhotoFilter,
    readonly from: string,
  ) {}

  /** What is at hand of a month. */
  cached(month: number): Strip | undefined {
    const name = this.months[month]?.month;
    return name === undefined ? undefined : queryClient.getQueryData(stripQuery(name, this.filter).queryKey);
  }

  /** A month; null behind the ends. */
  async strip(month: number): Promise<Strip | null> {
    const name = this.months[month]?.month;
    return name === undefined ? null : queryClient.ensureQueryData(stripQuery(name, this.filter));
  }

  /** The place of a photo in the months at hand; null where it is in none. */
  find(id: string): Place | null {
    for (const month of this.months.keys()) {
      const index = this.cached(month)?.ids.indexOf(id) ?? -1;
      if (index >= 0) return { month, index };
    }
    return null;
  }

  /** The photo before (-1) or behind (1) a place, over the ends of months; null at the end of all. */
  async beside({ month, index }: Place, step: 1 | -1): Promise<(Place & { id: string }) | null> {
    const strip = await this.strip(month);
    const id = strip?.ids[index + step];
    if (id !== undefined) return { month, index: index + step, id };
    const next = await this.strip(month + step);
    if (!next) return null;
    const at = step > 0 ? 0 : next.ids.length - 1;
    const other = next.ids[at];
    return other === undefined ? null : { month: month + step, index: at, id: other };
  }

  /** The ids from one place to another, both included, whichever comes first. */
  async range(one: Place, other: Place): Promise<string[]> {
    const turned = one.month > other.month || (one.month === other.month && one.index > other.index);
    const [first, last] = turned ? [other, one] : [one, other];
    const ids: string[] = [];
    for (let month = first.month; month <= last.month; month++) {
      const strip = await this.strip(month);
      const begin = month === first.month ? first.index : 0;
      const end = month === last.month ? last.index + 1 : undefined;
      ids.push(...(strip?.ids.slice(begin, end) ?? []));
    }
    return ids;
  }

  all(): Promise<string[]> {
    return this.range({ month: 0, index: 0 }, { month: this.months.length - 1, index: Infinity });
  }

  async neighbours(id: string): Promise<{ previous: string | null; next: string | null } | undefined> {
    const place = this.find(id);
    if (!place) return undefined;
    const [previous, next] = await Promise.all([this.beside(place, -1), this.beside(place, 1)]);
    return { previous: previous?.id ?? null, next: next?.id ?? null };
  }

  shown(id: string): void {
    this.lastShown = id;
  }
}
