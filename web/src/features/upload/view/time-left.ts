/** An estimate of the remaining time, rounded according to its precision. */
export type TimeLeft =
  | { kind: 'moments' }
  | { kind: 'minutes'; minutes: number }
  | { kind: 'hours'; hours: number; minutes: number };

/** Rounds to minutes, from one hour on to ten minutes. Times under one minute are `moments`. */
export function timeLeft(ms: number): TimeLeft {
  if (ms < 60_000) return { kind: 'moments' };
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return { kind: 'minutes', minutes };
  const tens = Math.round(minutes / 10) * 10;
  return { kind: 'hours', hours: Math.floor(tens / 60), minutes: tens % 60 };
}
