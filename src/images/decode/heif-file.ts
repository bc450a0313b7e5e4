import { MIB } from '../../config/units.ts';
import { ImageRefusedError } from '../image.ts';
import { damaged, type RawPixels, tooLarge } from './decoded-image.ts';
import { createLibheif, type Libheif } from './libheif.ts';

/** heif_error_code, heif_suberror_code */
const MEMORY_ALLOCATION_ERROR = 6;
/** Unsupported_filetype, Unsupported_feature, Plugin_loading_error (reported for an encoding without a decoder). */
const UNSUPPORTED_ERRORS = new Set([3, 4, 11]);
const SECURITY_LIMIT_EXCEEDED = 1000;
/** heif_colorspace, heif_chroma, heif_channel */
const COLORSPACE_RGB = 1;
const CHROMA_INTERLEAVED = { 3: 10, 4: 11 } as const;
const CHANNEL_INTERLEAVED = 10;
/** heif_security_limits: the 64-bit max_image_size_pixels is at byte 8. */
const LIMIT_PIXELS = 2;
/** heif_decoding_options: makes a missing tile an error instead of a grey square. */
const STRICT_DECODING = 21;
const PROFILE_NCLX = fourcc('nclx');
const MAX_METADATA_BYTES = MIB;

function fourcc(code: string): number {
  return Buffer.from(code, 'latin1').readUInt32BE(0);
}

/** A HEIF file in a separate libheif module: the data of its header, and the pixels of its primary image. */
export class HeifFile {
  readonly width: number;
  readonly height: number;
  readonly #lib: Libheif;
  readonly #error: number;
  readonly #slot: number;
  readonly #handle: number;

  /** Reads the header. @throws ImageRefusedError if the file is damaged, not supported or too large. */
  constructor(bytes: Buffer, maxPixels: number) {
    const lib = createLibheif();
    this.#lib = lib;
    this.#error = lib._malloc(16);
    this.#slot = lib._malloc(16);
    const context = lib._heif_context_alloc();
    const limits = lib._heif_context_get_security_limits(context) >>> 2;
    lib.HEAPU32[limits + LIMIT_PIXELS] = maxPixels;
    lib.HEAPU32[limits + LIMIT_PIXELS + 1] = 0;
    const data = this.#allocate(bytes.length);
    lib.HEAPU8.set(bytes, data);
    this.#check((error) =>
      lib._heif_context_read_from_memory_without_copy(error, context, data, bytes.length, 0),
    );
    this.#check((error) => lib._heif_context_get_primary_image_handle(error, context, this.#slot));
    this.#handle = this.#u32(this.#slot);
    this.width = lib._heif_image_handle_get_width(this.#handle);
    this.height = lib._heif_image_handle_get_height(this.#handle);
  }

  /** The ICC profile; null if there is none. */
  get iccProfile(): Buffer | null {
    const size = this.#lib._heif_image_handle_get_raw_color_profile_size(this.#handle);
    return this.#read(size, (error, to) =>
      this.#lib._heif_image_handle_get_raw_color_profile(error, this.#handle, to),
    );
  }

  /** The number of the colour primaries in ITU-T H.273; null if the file does not specify them. */
  get primaries(): number | null {
    if (this.#lib._heif_image_handle_get_color_profile_type(this.#handle) !== PROFILE_NCLX) return null;
    this.#check((error) =>
      this.#lib._heif_image_handle_get_nclx_color_profile(error, this.#handle, this.#slot),
    );
    // heif_color_profile_nclx: a one-byte version, then an enum at byte 4.
    return this.#u32(this.#u32(this.#slot) + 4);
  }

  /** The EXIF block, a TIFF structure; null if there is none or it cannot be read. */
  get exif(): Buffer | null {
    const block = this.#metadata((type) => type === 'Exif');
    if (!block || block.length < 4) return null;
    // ISO/IEC 23008-12, A.2.1: the first four bytes are the distance from their end to the TIFF header.
    return block.subarray(4 + block.readUInt32BE(0));
  }

  /** The XMP packet; null if there is none or it cannot be read. */
  get xmp(): Buffer | null {
    return this.#metadata((type, content) => type === 'mime' && content === 'application/rdf+xml');
  }

  /**
   * Decodes the primary image, rotated and mirrored as specified by the container.
   * @throws ImageRefusedError if it is damaged, not supported or too large.
   */
  decode(): RawPixels {
    const lib = this.#lib;
    const channels = lib._heif_image_handle_has_alpha_channel(this.#handle) ? 4 : 3;
    const options = lib._heif_decoding_options_alloc();
    lib.HEAPU8[options + STRICT_DECODING] = 1;
    const chroma = CHROMA_INTERLEAVED[channels];
    this.#check((error) =>
      lib._heif_decode_image(error, this.#handle, this.#slot, COLORSPACE_RGB, chroma, options),
    );
    const image = this.#u32(this.#slot);
    const width = lib._heif_image_get_width(image, CHANNEL_INTERLEAVED);
    const height = lib._heif_image_get_height(image, CHANNEL_INTERLEAVED);
    const plane = lib._heif_image_get_plane_readonly(image, CHANNEL_INTERLEAVED, this.#slot);
    const stride = this.#u32(this.#slot);
    if (plane === 0 || width <= 0 || height <= 0) throw damaged();
    const rowBytes = width * channels;
    const data = Buffer.allocUnsafeSlow(rowBytes * height);
    for (let y = 0; y < height; y += 1) {
      const row = plane + y * stride;
      data.set(lib.HEAPU8.subarray(row, row + rowBytes), y * rowBytes);
    }
    return { data, width, height, channels };
  }

  #metadata(wanted: (type: string, contentType: string) => boolean): Buffer | null {
    try {
      return this.#findMetadata(wanted);
    } catch {
      return null;
    }
  }

  #findMetadata(wanted: (type: string, contentType: string) => boolean): Buffer | null {
    const lib = this.#lib;
    const count = Math.min(lib._heif_image_handle_get_number_of_metadata_blocks(this.#handle, 0), 64);
    if (count <= 0) return null;
    const ids = this.#allocate(count * 4);
    const found = lib._heif_image_handle_get_list_of_metadata_block_IDs(this.#handle, 0, ids, count);
    for (let n = 0; n < found; n += 1) {
      const id = this.#u32(ids + n * 4);
      const type = this.#string(lib._heif_image_handle_get_metadata_type(this.#handle, id));
      const content = this.#string(lib._heif_image_handle_get_metadata_content_type(this.#handle, id));
      if (!wanted(type, content)) continue;
      const size = lib._heif_image_handle_get_metadata_size(this.#handle, id);
      return this.#read(size, (error, to) =>
        lib._heif_image_handle_get_metadata(error, this.#handle, id, to),
      );
    }
    return null;
  }

  #read(size: number, call: (error: number, to: number) => void): Buffer | null {
    if (size <= 0 || size > MAX_METADATA_BYTES) return null;
    const to = this.#allocate(size);
    this.#check((error) => call(error, to));
    return Buffer.from(this.#lib.HEAPU8.subarray(to, to + size));
  }

  #allocate(bytes: number): number {
    const at = this.#lib._malloc(bytes);
    if (at === 0) throw tooLarge();
    return at;
  }

  #u32(pointer: number): number {
    return this.#lib.HEAPU32[pointer >>> 2] ?? 0;
  }

  #string(pointer: number): string {
    if (pointer === 0) return '';
    const end = this.#lib.HEAPU8.indexOf(0, pointer);
    return Buffer.from(this.#lib.HEAPU8.subarray(pointer, end)).toString('latin1');
  }

  /** Calls libheif and throws its error. A trap in the WebAssembly means that the file cannot be read. */
  #check(call: (error: number) => void): void {
    try {
      call(this.#error);
    } catch {
      throw damaged();
    }
    const code = this.#u32(this.#error);
    const subcode = this.#u32(this.#error + 4);
    if (code === 0) return;
    if (code === MEMORY_ALLOCATION_ERROR || subcode === SECURITY_LIMIT_EXCEEDED) throw tooLarge();
    if (UNSUPPORTED_ERRORS.has(code)) {
      throw new ImageRefusedError(
        'UNSUPPORTED_FORMAT',
        'The encoding of the image in this HEIF file is not supported.',
      );
    }
    throw damaged();
  }
}
