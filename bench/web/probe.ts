/** What the page itself saw, in milliseconds since its navigation began. */
export interface Opened {
  /** The first tile stood in the page, with its placeholder. */
  firstTile: number;
  /** The first thumbnail, and the last of those in the viewport, were painted. */
  firstPainted: number;
  allPainted: number;
  /** Tiles in the viewport. */
  tiles: number;
}

export interface LongTask {
  start: number;
  ms: number;
}

/** What was in the viewport from a `watch` to its `stop`, looked at behind each frame. */
export interface Watched {
  ms: number;
  frames: number;
  /** The longest time between two frames. */
  longestFrame: number;
  /** Frames with a tile that had neither its picture nor a placeholder. */
  framesWithBlankTile: number;
  /** Frames in which a month's place was seen without its tiles, and how much of the viewport's height that was on average. */
  framesWithoutTiles: number;
  heightWithoutTiles: number;
  /** Tiles that came into the viewport, and those that left it before their picture was painted. */
  tiles: number;
  leftBefore: number;
  /** For each other one: from coming into the viewport until its picture was painted. */
  waits: number[];
  longTasks: LongTask[];
}

export interface Probe {
  /** Resolves as soon as each tile in the viewport has its picture. */
  opened: () => Promise<Opened>;
  watch: () => void;
  stop: () => Watched;
  longTasks: LongTask[];
  /** Milliseconds from the last scrolling until each tile in the viewport had its picture. */
  settled: () => Promise<number>;
}

declare global {
  interface Window {
    imgstreamProbe: Probe;
  }
}
