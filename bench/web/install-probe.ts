import type { LongTask, Opened, Watched } from './probe.ts';

/** https://wicg.github.io/element-timing/#sec-performance-element-timing */
interface ElementTiming extends PerformanceEntry {
  element: Element | null;
  renderTime: number;
}

/**
 * Installs the probe. Runs in the page before the page's own scripts. The function is sent to the browser as text,
 * so it must not refer to anything outside its body.
 */
export function installProbe(): void {
  /** Height in pixels of gaps and headings. A gap up to this height does not count as missing tiles. */
  const TOLERANCE = 70;
  const painted = new WeakMap<Element, number>();
  const longTasks: LongTask[] = [];
  const isElementTiming = (entry: PerformanceEntry): entry is ElementTiming => 'renderTime' in entry;
  let firstTile = NaN;
  let firstPainted = NaN;
  let lastScroll = 0;

  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      longTasks.push({ start: startTime, ms: duration });
  }).observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (!isElementTiming(entry)) continue;
      const { element, renderTime } = entry;
      if (Number.isNaN(firstPainted) || renderTime < firstPainted) firstPainted = renderTime;
      if (element) painted.set(element, renderTime);
    }
  }).observe({ type: 'element', buffered: true });
  // Element Timing reports only the elements with this attribute.
  new MutationObserver((records) => {
    for (const { addedNodes } of records)
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        for (const image of node.querySelectorAll('img')) {
          if (!image.closest('[data-photo]')) continue;
          if (Number.isNaN(firstTile)) firstTile = performance.now();
          image.setAttribute('elementtiming', 'thumbnail');
        }
      }
  }).observe(document, { childList: true, subtree: true });

  addEventListener('scroll', () => (lastScroll = performance.now()), { passive: true });

  const top = () => document.querySelector('header')?.getBoundingClientRect().bottom ?? 0;
  const imagesInView = () => {
    const from = top();
    return [...document.querySelectorAll<HTMLImageElement>('[data-photo] img')].filter((image) => {
      const box = image.getBoundingClientRect();
      return box.bottom > from && box.top < innerHeight && box.height > 0;
    });
  };
  /** The fraction of the viewport's height in which a month with photos has no tiles. */
  const heightWithoutTiles = () => {
    const from = top();
    let missing = 0;
    for (const section of document.querySelectorAll('section[aria-labelledby^="month-"]')) {
      const grid = section.lastElementChild;
      const box = grid?.getBoundingClientRect();
      if (!grid || !box || box.bottom <= from || box.top >= innerHeight) continue;
      const visibleTop = Math.max(box.top, from);
      const visibleBottom = Math.min(box.bottom, innerHeight);
      let first = Infinity;
      let last = -Infinity;
      for (const tile of grid.querySelectorAll('[data-photo]')) {
        const { top: upper, bottom: lower } = tile.getBoundingClientRect();
        first = Math.min(first, upper);
        last = Math.max(last, lower);
      }
      if (last <= visibleTop || first >= visibleBottom)
        missing += Math.max(0, visibleBottom - visibleTop - TOLERANCE);
      else
        missing +=
          Math.max(0, first - visibleTop - TOLERANCE) + Math.max(0, visibleBottom - last - TOLERANCE);
    }
    return missing / (innerHeight - from);
  };

  let watching: {
    began: number;
    last: number;
    seen: Map<Element, { at: number; until: number }>;
    sums: Watched;
  } | null = null;
  // A message posted in requestAnimationFrame arrives after the frame has been painted.
  const afterFrame = new MessageChannel();
  afterFrame.port1.addEventListener('message', () => {
    if (!watching) return;
    const { sums, seen } = watching;
    const now = performance.now();
    sums.frames += 1;
    sums.longestFrame = Math.max(sums.longestFrame, now - watching.last);
    watching.last = now;
    let blank = false;
    for (const image of imagesInView()) {
      const known = seen.get(image);
      if (known) known.until = now;
      else seen.set(image, { at: now, until: now });
      if (!painted.has(image) && image.style.backgroundImage === '') blank = true;
    }
    if (blank) sums.framesWithBlankTile += 1;
    const missing = heightWithoutTiles();
    if (missing > 0) sums.framesWithoutTiles += 1;
    sums.heightWithoutTiles += missing;
    requestAnimationFrame(() => afterFrame.port2.postMessage(null));
  });
  afterFrame.port1.start();

  const opened = () =>
    new Promise<Opened>((resolve) => {
      const check = () => {
        const images = imagesInView();
        const allPainted = Math.max(...images.map((image) => painted.get(image) ?? NaN));
        if (images.length > 0 && heightWithoutTiles() === 0 && !Number.isNaN(allPainted))
          resolve({ firstTile, firstPainted, allPainted, tiles: images.length });
        else requestAnimationFrame(check);
      };
      check();
    });

  window.imgstreamProbe = {
    longTasks,
    opened,
    settled: async () => Math.max(0, (await opened()).allPainted - lastScroll),
    watch: () => {
      const now = performance.now();
      const sums: Watched = {
        ms: 0,
        frames: 0,
        longestFrame: 0,
        framesWithBlankTile: 0,
        framesWithoutTiles: 0,
        heightWithoutTiles: 0,
        tiles: 0,
        leftUnpainted: 0,
        waits: [],
        longTasks: [],
      };
      watching = { began: now, last: now, seen: new Map(), sums };
      requestAnimationFrame(() => afterFrame.port2.postMessage(null));
    },
    stop: () => {
      if (!watching) throw new Error('`watch` has not been called.');
      const { began, seen, sums } = watching;
      watching = null;
      sums.ms = performance.now() - began;
      sums.heightWithoutTiles /= Math.max(sums.frames, 1);
      sums.tiles = seen.size;
      for (const [image, { at, until }] of seen) {
        const shown = painted.get(image);
        if (shown === undefined || shown > until) sums.leftUnpainted += 1;
        else sums.waits.push(Math.max(0, shown - at));
      }
      sums.longTasks = longTasks.filter(({ start, ms }) => start + ms > began);
      return sums;
    },
  };
}
