/** Times measured in the page, in ms since the start of its navigation. */
export interface Opened {
  /** When the first tile was added to the page, with its placeholder. */
  firstTile: number;
  /** When the first thumbnail was painted. */
  firstPainted: number;
  /** When the last thumbnail in the viewport was painted. */
  allPainted: number;
  /** Number of tiles in the viewport. */
  tiles: number;
}

export interface LongTask {
  start: number;
  ms: number;
}

/** Observations of the viewport between `watch` and `stop`, made after each frame. */
export interface Watched {
  /** Time between `watch` and `stop`. */
  ms: number;
  frames: number;
  /** The longest time between two frames, in ms. */
  longestFrame: number;
  /** Number of frames with a tile that had neither its image nor a placeholder. */
  framesWithBlankTile: number;
  /** Number of frames in which a visible part of a month had no tiles. */
  framesWithoutTiles: number;
  /** Average fraction of the viewport's height that had no tiles. */
  heightWithoutTiles: number;
  /** Number of tiles that entered the viewport. */
  tiles: number;
  /** Number of tiles that left the viewport before their image was painted. */
  leftUnpainted: number;
  /** For each tile whose image was painted in time: time from entering the viewport until then, in ms. */
  waits: number[];
  longTasks: LongTask[];
}

export interface Probe {
  /** Resolves as soon as every tile in the viewport has its image. */
  opened: () => Promise<Opened>;
  watch: () => void;
  stop: () => Watched;
  longTasks: LongTask[];
  /** Returns the time from the last scroll event until every tile in the viewport had its image, in ms. */
  settled: () => Promise<number>;
}

declare global {
  interface Window {
    imgstreamProbe: Probe;
  }
}
