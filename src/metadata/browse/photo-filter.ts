/** A half-open range of instants, or of local times if the column has them. */
export interface TimeRange {
  /** Inclusive. */
  from?: Date | null;
  /** Exclusive. */
  to?: Date | null;
}

/** A box of degrees (WGS 84). If west is greater than east, the box crosses the 180th meridian. */
export interface GeoBounds {
  north: number;
  south: number;
  east: number;
  west: number;
}

/**
 * Conditions that a photo must all meet. A null or missing field adds no condition. Values must be valid and
 * bounded.
 */
export interface PhotoFilter {
  /** Words that must all occur in the search text. */
  query?: string | null;
  takenAt?: TimeRange | null;
  takenAtLocal?: TimeRange | null;
  uploadedAt?: TimeRange | null;
  /** Clean tags (see clean-text.ts) that the photo must all have. */
  tags?: string[] | null;
  isFavorite?: boolean | null;
  isPrivate?: boolean | null;
  /** True selects photos in the trash; false, the default, selects photos outside of it. */
  isTrashed?: boolean | null;
  contentTypes?: string[] | null;
  /** The full name of a camera, or a part of it if no camera has this name. */
  camera?: string | null;
  within?: GeoBounds | null;
}

export enum PhotoOrderField {
  TAKEN_AT = 'TAKEN_AT',
  UPLOADED_AT = 'UPLOADED_AT',
  FILENAME = 'FILENAME',
  SIZE = 'SIZE',
}

export enum OrderDirection {
  ASC = 'ASC',
  DESC = 'DESC',
}

/** The order of a list; `id` makes it total. */
export interface PhotoOrder {
  field: PhotoOrderField;
  direction: OrderDirection;
}

export const NEWEST_FIRST: PhotoOrder = { field: PhotoOrderField.TAKEN_AT, direction: OrderDirection.DESC };
