import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const PACKAGE = 'libheif-js/libheif-wasm/';

/**
 * The part of libheif's C interface that is used here (https://github.com/strukturag/libheif, libheif/api/libheif).
 * Every pointer is an offset into the module's memory. The first parameter of a function that returns a heif_error
 * is the address to which the error is written.
 */
export interface Libheif {
  HEAPU8: Uint8Array;
  HEAPU32: Uint32Array;
  _malloc(bytes: number): number;
  _heif_context_alloc(): number;
  _heif_context_get_security_limits(context: number): number;
  _heif_context_read_from_memory_without_copy(
    error: number,
    context: number,
    data: number,
    size: number,
    options: 0,
  ): void;
  _heif_context_get_primary_image_handle(error: number, context: number, handle: number): void;
  _heif_image_handle_get_width(handle: number): number;
  _heif_image_handle_get_height(handle: number): number;
  _heif_image_handle_has_alpha_channel(handle: number): number;
  _heif_image_handle_get_color_profile_type(handle: number): number;
  _heif_image_handle_get_raw_color_profile_size(handle: number): number;
  _heif_image_handle_get_raw_color_profile(error: number, handle: number, data: number): void;
  _heif_image_handle_get_nclx_color_profile(error: number, handle: number, profile: number): void;
  _heif_image_handle_get_number_of_metadata_blocks(handle: number, typeFilter: number): number;
  _heif_image_handle_get_list_of_metadata_block_IDs(
    handle: number,
    typeFilter: number,
    ids: number,
    count: number,
  ): number;
  _heif_image_handle_get_metadata_type(handle: number, id: number): number;
  _heif_image_handle_get_metadata_content_type(handle: number, id: number): number;
  _heif_image_handle_get_metadata_size(handle: number, id: number): number;
  _heif_image_handle_get_metadata(error: number, handle: number, id: number, data: number): void;
  _heif_decoding_options_alloc(): number;
  _heif_decode_image(
    error: number,
    handle: number,
    image: number,
    colorspace: number,
    chroma: number,
    options: number,
  ): void;
  _heif_image_get_width(image: number, channel: number): number;
  _heif_image_get_height(image: number, channel: number): number;
  _heif_image_get_plane_readonly(image: number, channel: number, stride: number): number;
}

interface CreateOptions {
  wasmBinary: Buffer;
  print: () => void;
  printErr: () => void;
}

let wasmBinary: Buffer | undefined;

/**
 * Creates a module with separate memory. Because each file uses a new module, nothing is freed by hand and one file
 * leaves no data behind for the next.
 */
export function createLibheif(): Libheif {
  wasmBinary ??= readFileSync(require.resolve(`${PACKAGE}libheif.wasm`));
  const create: (options: CreateOptions) => Libheif = require(`${PACKAGE}libheif.js`);
  return create({ wasmBinary, print: silence, printErr: silence });
}

function silence(): void {
  // Messages of libheif contain data of the file, which would allow an untrusted file to write to the log.
}
