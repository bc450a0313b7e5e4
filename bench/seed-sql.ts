import { foldForLike as fold } from '../src/search/search-text.ts';
import { CAMERAS, DAYS, FIRST_YEAR, PLACES, STRIP_MONTHS, TAGS, TITLES } from './seed-values.ts';

export interface Library {
  /** Number of rows. They are inserted in the order of their upload. */
  photos: number;
  /** Number of users, whose uploads alternate at random. The first is the user of AUTH_MODE=dev. */
  users: number;
  /** If true, only the rows of the first user are inserted. */
  onlyFirst: boolean;
}

/**
 * Returns a SELECT of the photos numbered from $1 (inclusive) to $2 (exclusive). Each value depends only on the
 * number of the row. A user's photos form shoots of 25, mostly in chronological order; one shoot in ten is older.
 */
export function photosSql({ photos, users, onlyFirst }: Library): string {
  const each = Math.ceil(photos / users);
  const shoots = Math.ceil(each / 25);
  const strips = users === 1 ? STRIP_MONTHS : [];
  return `
WITH numbered AS (
  SELECT i, i // ${users} AS j, ${users === 1 ? '0' : `hash(i, 1) % ${users}`} AS owner FROM range($1, $2) AS numbers(i)
), grouped AS (
  SELECT *, hash(j // 25, owner, 2) AS shoot,
    (j // 25) * ${DAYS} // ${shoots} + hash(j // 25, owner, 3) % ${Math.max(1, Math.floor(DAYS / shoots))} AS day
  FROM numbered ${onlyFirst ? 'WHERE owner = 0' : ''}
), placed AS (
  SELECT *, CASE WHEN shoot % 10 = 0 THEN hash(shoot, 4) % (day + 1) ELSE day END AS taken_day FROM grouped
), dated AS (
  SELECT *,
    TIMESTAMP '${FIRST_YEAR}-01-01 07:00:00' + to_days(CAST(taken_day AS INTEGER))
      + to_seconds(CAST(shoot % 36000 + (j % 25) * 40 + hash(i, 5) % 30 AS BIGINT)) AS usual,
    TIMESTAMP '${FIRST_YEAR}-01-02 00:00:00' + to_milliseconds(CAST(i * ${DAYS} * 86400000.0 / ${photos} AS BIGINT)) AS uploaded,
    hash(i, 6) % 100 AS camera_share, hash(shoot, 7) AS place, hash(i, 8) % 100 AS chance, sha256(CAST(i AS VARCHAR)) AS sum
  FROM placed
), local AS (
  SELECT *, ${takenAt(strips, photos)} AS taken FROM dated
), named AS (
  SELECT local.*, cameras.*, places.*,
    CASE cameras.prefix WHEN 'PXL_' THEN strftime(taken, 'PXL_%Y%m%d_%H%M%S') || lpad(CAST(i % 1000 AS VARCHAR), 3, '0') || '.jpg'
      ELSE cameras.prefix || lpad(CAST(i % 10000 AS VARCHAR), 4, '0') || '.JPG' END AS filename,
    CASE WHEN chance < 2 THEN ${pick(TITLES)} END AS title,
    CASE WHEN chance BETWEEN 1 AND 8 THEN ${pick(TAGS)} END AS tag
  FROM local
  JOIN (VALUES ${cameraRows()}) AS cameras(low, high, make, model, lens, prefix, camera, camera_folded)
    ON camera_share >= low AND camera_share < high
  LEFT JOIN (VALUES ${placeRows()}) AS places(number, city, country, lat, lon, place_folded)
    ON place % 4 <> 0 AND number = (place // 4) % ${PLACES.length}
)
SELECT format('{:08x}-{:04x}-7', epoch_ms(uploaded) // 65536, epoch_ms(uploaded) % 65536) || substr(sum, 1, 3) || '-8'
    || substr(sum, 4, 3) || '-' || substr(sum, 7, 12) AS id,
  ${userOf('owner')} AS user_id, filename, title, chance < 10 AS favorite, chance > 97 AS private, 'image/jpeg' AS content_type,
  2500000 + hash(i, 9) % 3000000 AS size_bytes, CASE WHEN chance % 3 = 0 THEN 3024 ELSE 4032 END AS width,
  CASE WHEN chance % 3 = 0 THEN 4032 ELSE 3024 END AS height, sha256(sum) AS checksum,
  to_base64(unhex(substr(sum, 1, 42))) AS thumbhash, taken - INTERVAL 1 HOUR AS taken_at, taken AS taken_at_local, uploaded AS upload_date,
  make AS camera_make, model AS camera_model, lens AS camera_lens, CASE WHEN make IS NOT NULL THEN CAST(100 * (1 + chance % 16) AS INTEGER) END AS iso,
  CASE WHEN make IS NOT NULL THEN 1.8 + chance % 5 END AS aperture, CASE WHEN make IS NOT NULL THEN '1/' || (60 + chance) END AS exposure_time,
  CASE WHEN make IS NOT NULL THEN 24.0 + chance % 50 END AS focal_length, camera, camera_folded,
  lat + (hash(i, 10) % 1000) / 20000.0 AS latitude, lon + (hash(i, 11) % 1000) / 20000.0 AS longitude, city, country, tag,
  concat_ws(chr(10), replace(lower(filename), '_', '${fold('_')}'), ${folded(TITLES, 'title')}, ${folded(TAGS, 'tag')}, camera_folded, place_folded) AS search_text,
  concat('photos/', sha256(${userOf('owner')}), '/', sum, '.jpg') AS storage_path,
  concat('thumbnails/', sha256(${userOf('owner')}), '/', sum, '_thumb.webp') AS thumbnail_path, 15000 + hash(i, 12) % 15000 AS thumbnail_bytes,
  concat('thumbnails/', sha256(${userOf('owner')}), '/', sum, '_preview.jpg') AS preview_path, 300000 + hash(i, 13) % 300000 AS preview_bytes,
  ${metadata()} AS metadata
FROM named ORDER BY i`;
}

/** Returns an SQL expression for the id of the user with a number. */
export function userOf(number: string): string {
  return `CASE WHEN ${number} = 0 THEN 'dev' ELSE 'accounts.example.com:' || (10000000000 + ${number}) END`;
}

/**
 * Returns an SQL expression for the local time at which a photo was taken. Moves photos out of the months of
 * `strips`, by two months, and puts exactly `count` photos into each of these months.
 */
function takenAt(strips: readonly { month: string; count: number }[], photos: number): string {
  const cases = strips.map(({ month, count }) => {
    const [year = 0, number = 0] = month.split('-').map(Number);
    const from = Math.floor((photos * ((year - FIRST_YEAR) * 12 + number - 1)) / 180);
    return `WHEN i >= ${from} AND i < ${from + count} THEN TIMESTAMP '${month}-01 06:00:00' + to_seconds((i - ${from}) * ${28 * 86_400} // ${count})`;
  });
  const moved = strips.map(
    ({ month }) => `WHEN strftime(usual, '%Y-%m') = '${month}' THEN usual + INTERVAL 2 MONTH`,
  );
  return strips.length > 0 ? `CASE ${[...cases, ...moved].join(' ')} ELSE usual END` : 'usual';
}

function cameraRows(): string {
  let low = 0;
  return CAMERAS.map(([make, model, lens, prefix, share]) => {
    const high = low + share;
    const name = make && model ? (fold(model).startsWith(fold(make)) ? model : `${make} ${model}`) : null;
    const row = [low, high, make, model, lens, prefix, name, name && fold(name)];
    low = high;
    return tuple(row);
  }).join(', ');
}

function placeRows(): string {
  return PLACES.map(([city, country, latitude, longitude], number) =>
    tuple([number, city, country, latitude, longitude, `${fold(city)}\n${fold(country)}`]),
  ).join(', ');
}

function pick(list: readonly string[]): string {
  return `list_extract([${list.map(literal).join(', ')}], CAST(1 + hash(i, 14) % ${list.length} AS BIGINT))`;
}

function folded(list: readonly string[], column: string): string {
  return `CASE ${column} ${list.map((text) => `WHEN ${literal(text)} THEN ${literal(fold(text))}`).join(' ')} END`;
}

/** Returns an SQL expression for about 600 characters of metadata, as much as a phone writes. */
function metadata(): string {
  const values: Record<string, string> = {
    Make: 'make',
    Model: 'model',
    LensModel: 'lens',
    Software: "'17.' || chance % 9",
    DateTimeOriginal: "strftime(taken, '%Y:%m:%d %H:%M:%S')",
    SubSecTimeOriginal: 'hash(i, 15) % 1000',
    ExposureTime: '1.0 / (60 + chance)',
    BrightnessValue: '(hash(i, 16) % 100000) / 10000.0',
    ShutterSpeedValue: '(hash(i, 17) % 100000) / 10000.0',
    SubjectArea: '[2013, 1511, hash(i, 18) % 2217, hash(i, 19) % 1330]',
    MeteringMode: "'Pattern'",
    Flash: "'Flash did not fire, compulsory flash mode'",
    ExposureProgram: "'Normal program'",
    ColorSpace: "'Uncalibrated'",
    GPSSpeed: '(hash(i, 20) % 100000) / 10000.0',
    GPSImgDirection: '(hash(i, 21) % 3600000) / 10000.0',
    ImageUniqueID: 'md5(sum)',
  };
  return `to_json({${Object.entries(values)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ')}})`;
}

function tuple(values: readonly (string | number | null)[]): string {
  return `(${values.map((value) => (typeof value === 'string' ? literal(value) : String(value))).join(', ')})`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
