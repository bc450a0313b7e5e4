const DAY_MS = 86_400_000;

/** Returns the days until a photo in the trash is deleted, rounded up; 0 if it is due. `now` is in milliseconds. */
export function daysLeft(trashedAt: string, trashDays: number, now: number): number {
  return Math.max(Math.ceil((Date.parse(trashedAt) + trashDays * DAY_MS - now) / DAY_MS), 0);
}
