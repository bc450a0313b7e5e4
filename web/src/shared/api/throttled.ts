/**
 * Returns a function that calls `act` at most once per interval: immediately, and once more at the end of the interval if it
 * was called again in the meantime.
 * @param ms length of the interval
 */
export function throttled(act: () => void, ms: number): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let isPending = false;
  const end = () => {
    timer = null;
    if (isPending) run();
  };
  const run = () => {
    isPending = false;
    timer = setTimeout(end, ms);
    act();
  };
  return () => {
    if (timer === null) run();
    else isPending = true;
  };
}
