export type ImageRefusal = 'EMPTY_FILE' | 'UNSUPPORTED_FORMAT' | 'INVALID_IMAGE' | 'IMAGE_TOO_LARGE';

/** The file cannot become a photo. The message is shown to the user: it names the problem and contains no path. */
export class ImageRefusedError extends Error {
  override name = 'ImageRefusedError';
  readonly code: ImageRefusal;

  constructor(code: ImageRefusal, message: string) {
    super(message);
    this.code = code;
  }
}

/** No worker can be started, or the service is stopping. The file was not examined; the caller may retry later. */
export class ImageProcessorUnavailableError extends Error {
  override name = 'ImageProcessorUnavailableError';
}

/** A supported image format, detected from the content of a file. */
export interface ImageFormat {
  contentType: string;
  /** Without the dot. */
  extension: string;
}

/** An encoded image that is ready to be stored. */
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
  /** Seconds in the notation of photographers: "1/250", "2". */
  exposureTime: string | null;
  /** In millimetres. */
  focalLength: number | null;
}

export interface LocationFacts {
  /** In degrees (WGS 84), positive in the north. */
  latitude: number;
  /** In degrees (WGS 84), positive in the east. */
  longitude: number;
  /** In metres above sea level. */
  altitude: number | null;
  city: string | null;
  country: string | null;
}

/** Facts from the EXIF, IPTC and XMP tags of a file. A part is null if it is missing or impossible. */
export interface CaptureFacts {
  /** The camera's clock: a Date whose UTC fields hold the local time, and the offset from UTC if it is known. */
  clock: { local: Date; offsetMinutes: number | null } | null;
  gpsTime: Date | null;
  camera: CameraFacts | null;
  location: LocationFacts | null;
  /** Plain JSON without binary data. Strings have a limited length and contain no NUL. */
  metadata: Record<string, unknown>;
}

/** Everything that is derived from one file. Width and height are those of the displayed image, in pixels. */
export interface ProcessedImage {
  format: ImageFormat;
  width: number;
  height: number;
  /** Base64. */
  thumbhash: string;
  thumbnail: Rendition;
  preview: Rendition;
  capture: CaptureFacts;
  /** Why the tags could not be read, for the log. Faulty tags are no reason to refuse an image. */
  tagsError?: string;
}

/** Creates a ProcessedImage from a local file. */
export abstract class ImageProcessor {
  /**
   * Detects the format of the file at `path`, decodes it and reads its tags, all outside of this process. Waits
   * while all workers are busy.
   * @throws ImageRefusedError if the file cannot become a photo; ImageProcessorUnavailableError if no worker is
   * available; Error if the file cannot be opened.
   */
  abstract process(path: string): Promise<ProcessedImage>;
  /**
   * Resolves if a worker responds, or is busy with a job within its time limit.
   * @throws ImageProcessorUnavailableError if no worker can be started.
   */
  abstract ping(): Promise<void>;
}
