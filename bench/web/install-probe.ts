import type { LongTask, Opened, Watched } from './probe.ts';

/** https://wicg.github.io/element-timing/#sec-performance-element-timing */
interface ElementTiming extends PerformanceEntry {
  element: Element | null;
  renderTime: number;
}

/** Runs in the page before its own scripts; stands alone, as it is sent there as text. */
export function installProbe(): void {
  /** Gaps and headings are not missing tiles. */
  const ROOM = 70;
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
  // The time at which a picture is painted is told of elements that ask for it.
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
  /** Pixels of the viewport's height at which a month has no tiles though it has photos. */
  const withoutTiles = () => {
    const from = top();
    let missing = 0;
    for (const section of document.querySelectorAll('section[aria-labelledby^="month-"]')) {
      const place = section.lastElementChild;
      const box = place?.getBoundingClientRect();
      if (!place || !box || box.bottom <= from || box.top >= innerHeight) continue;
      const seenTop = Math.max(box.top, from);
      const seenBottom = Math.min(box.bottom, innerHeight);
      let first = Infinity;
      let last = -Infinity;
      for (const tile of place.querySelectorAll('[data-photo]')) {
        const { top: upper, bottom: lower } = tile.getBoundingClientRect();
        first = Math.min(first, upper);
        last = Math.max(last, lower);
      }
      if (last <= seenTop || first >= seenBottom) missing += Math.max(0, seenBottom - seenTop - ROOM);
      else missing += Math.max(0, first - seenTop - ROOM) + Math.max(0, seenBottom - last - ROOM);
    }
    return missing / (innerHeight - from);
  };

  let watching: {
    began: number;
    last: number;
    seen: Map<Element, { at: number; until: number }>;
    sums: Watched;
  } | null = null;
  const behindFrame = new MessageChannel();
  behindFrame.port1.addEventListener('message', () => {
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
    const missing = withoutTiles();
    if (missing > 0) sums.framesWithoutTiles += 1;
    sums.heightWithoutTiles += missing;
    requestAnimationFrame(() => behindFrame.port2.postMessage(null));
  });
  behindFrame.port1.start();

  const opened = () =>
    new Promise<Opened>((resolve) => {
      const look = () => {
        const images = imagesInView();
        const allPainted = Math.max(...images.map((image) => painted.get(image) ?? NaN));
        if (images.length > 0 && withoutTiles() === 0 && !Number.isNaN(allPainted))
          resolve({ firstTile, firstPainted, allPainted, tiles: images.length });
        else requestAnimationFrame(look);
      };
      look();
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
        leftBefore: 0,
        waits: [],
        longTasks: [],
      };
      watching = { began: now, last: now, seen: new Map(), sums };
      requestAnimationFrame(() => behindFrame.port2.postMessage(null));
    },
    stop: () => {
      if (!watching) throw new Error('Nothing is watched.');
      const { began, seen, sums } = watching;
      watching = null;
      sums.ms = performance.now() - began;
      sums.heightWithoutTiles /= Math.max(sums.frames, 1);
      sums.tiles = seen.size;
      for (const [image, { at, until }] of seen) {
        const shown = painted.get(image);
        if (shown === undefined || shown > until) sums.leftBefore += 1;
        else sums.waits.push(Math.max(0, shown - at));
      }
      sums.longTasks = longTasks.filter(({ start, ms }) => start + ms > began);
      return sums;
    },
  };
}
