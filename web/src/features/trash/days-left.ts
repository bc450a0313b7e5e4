const DAY_MS = 86_400_000;

/** Whole days until a photo in the trash is deleted, 0 on the last of them. */
export function daysLeft(trashedAt: string, trashDays: number, now: number): number {
  return Math.max(Math.ceil((Date.parse(trashedAt) + trashDays * DAY_MS - now) / DAY_MS), 0);
}
