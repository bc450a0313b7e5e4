export type ImageRefusal = 'EMPTY_FILE' | 'UNSUPPORTED_FORMAT' | 'INVALID_IMAGE' | 'IMAGE_TOO_LARGE';

/** Why a file is not a photo. The message is for the person at the screen: it says what is wrong, and holds no path. */
export class ImageRefusedError extends Error {
  override name = 'ImageRefusedError';
  readonly code: ImageRefusal;

  constructor(code: ImageRefusal, message: string) {
    super(message);
    this.code = code;
  }
}

/** No worker can be started, or the service is stopping: nothing is known of the file, which may be sent again later. */
export class ImageProcessorUnavailableError extends Error {
  override name = 'ImageProcessorUnavailableError';
}

/** A format that the library accepts, found in the content. */
export interface ImageFormat {
  contentType: string;
  /** Without the dot. */
  extension: string;
}

/** Encoded pixels, ready to be stored. */
export interface Rendition extends ImageFormat {
  bytes: Buffer;
  width: number;
  height: number;
}

export interface CameraFacts {
  make: string | null;
  model: string | null;
  lens: string | null;
  iso: number | null;
  /** The f-number. */
  aperture: number | null;
  /** Seconds as a photographer writes them: "1/250", "2". */
  exposureTime: string | null;
  /** Millimetres. */
  focalLength: number | null;
}

export interface LocationFacts {
  /** Degrees, WGS 84, north and east positive. */
  latitude: number;
  longitude: number;
  /** Metres above sea level. */
  altitude: number | null;
  city: string | null;
  country: string | null;
}

/** What a file's EXIF, IPTC and XMP say; each part is null where it is absent or impossible. */
export interface CaptureFacts {
  /** The camera's clock: a Date whose UTC fields are the clock's, and the offset from UTC where one is written. */
  clock: { local: Date; offsetMinutes: number | null } | null;
  gpsTime: Date | null;
  camera: CameraFacts | null;
  location: LocationFacts | null;
  /** Plain JSON: no binary, strings bounded and free of NUL. */
  metadata: Record<string, unknown>;
}

/** All that is read and made from one file. Width and height are pixels as displayed. */
export interface ProcessedImage {
  format: ImageFormat;
  width: number;
  height: number;
  /** Base64. */
  thumbhash: string;
  thumbnail: Rendition;
  preview: Rendition;
  capture: CaptureFacts;
}

/** Makes a ProcessedImage of a local file. */
export abstract class ImageProcessor {
  /**
   * Sniffs, decodes and reads the file at `path`, away from this process. Waits its turn where all workers are busy.
   * @throws ImageRefusedError when the file is not a photo; ImageProcessorUnavailableError when no worker can work.
   */
  abstract process(path: string): Promise<ProcessedImage>;
  /** Answers when a worker did, or is at work within its time. @throws ImageProcessorUnavailableError */
  abstract ping(): Promise<void>;
}
