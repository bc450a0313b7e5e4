/** A time to come, no more exact than it can be known. */
export type TimeLeft =
  | { kind: 'moments' }
  | { kind: 'minutes'; minutes: number }
  | { kind: 'hours'; hours: number; minutes: number };

/** Under a minute, minutes, or hours with tens of minutes. */
export function timeLeft(ms: number): TimeLeft {
  if (ms < 60_000) return { kind: 'moments' };
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return { kind: 'minutes', minutes };
  const tens = Math.round(minutes / 10) * 10;
  return { kind: 'hours', hours: Math.floor(tens / 60), minutes: tens % 60 };
}
