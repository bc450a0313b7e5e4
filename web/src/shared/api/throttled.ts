/**
 * A function that does something at once, but when it is called again within some milliseconds only at their end: once
 * for all calls.
 */
export function throttled(act: () => void, ms: number): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let isWanted = false;
  const over = () => {
    timer = null;
    if (isWanted) run();
  };
  const run = () => {
    isWanted = false;
    timer = setTimeout(over, ms);
    act();
  };
  return () => {
    if (timer === null) run();
    else isWanted = true;
  };
}
