import { invalid } from './errors.ts';

/** What a client may set of an object, by the JSON API's names. */
export interface ObjectFields {
  contentType: string;
  cacheControl?: string;
  contentDisposition?: string;
  contentEncoding?: string;
  contentLanguage?: string;
  customTime?: string;
  storageClass?: string;
  metadata?: Record<string, string>;
}

/** An object as it is kept beside its bytes. */
export interface StoredObject extends ObjectFields {
  bucket: string;
  name: string;
  /** Microseconds since 1970 of its making, as a decimal number. */
  generation: string;
  metageneration: string;
  size: number;
  crc32c: string;
  /** A composed object has none. */
  md5Hash?: string | undefined;
  componentCount?: number | undefined;
  /** RFC 3339. */
  timeCreated: string;
  updated: string;
}

export interface CorsRule {
  origin?: string[];
  method?: string[];
  responseHeader?: string[];
  maxAgeSeconds?: number;
}

/** A bucket's resource of the JSON API; what of it means nothing here is kept as it came. */
export interface Bucket extends Record<string, unknown> {
  name: string;
  metageneration: string;
  timeCreated: string;
  updated: string;
  cors?: CorsRule[];
}

const TEXT_FIELDS = [
  'cacheControl',
  'contentDisposition',
  'contentEncoding',
  'contentLanguage',
  'contentType',
  'customTime',
  'storageClass',
] as const;

/** The fields of a request's JSON body that a new object takes over. */
export function fieldsOf(body: Record<string, unknown>): ObjectFields {
  return patchFields({ contentType: 'application/octet-stream' }, body);
}

/** Null takes a field away, a name left out leaves it; custom metadata is merged by its keys. */
export function patchFields<T extends ObjectFields>(fields: T, patch: Record<string, unknown>): T {
  const patched = { ...fields };
  for (const name of TEXT_FIELDS) {
    const value = patch[name];
    if (value === null && name !== 'contentType') delete patched[name];
    else if (value != null) patched[name] = textOf(name, value);
  }
  if (patch.metadata === null) delete patched.metadata;
  else if (typeof patch.metadata === 'object') {
    const given: [string, unknown][] = Object.entries({ ...fields.metadata, ...patch.metadata });
    const merged = given.filter(([, value]) => value !== null);
    patched.metadata = Object.fromEntries(merged.map(([name, value]) => [name, textOf(name, value)]));
  }
  return patched;
}

function textOf(name: string, value: unknown): string {
  if (typeof value !== 'string' || /[\0\r\n]/.test(value))
    throw invalid(`Invalid value for ${name}: it must be a string of one line.`);
  return value;
}

export function newBucket(name: string, fields: Record<string, unknown>): Bucket {
  const now = new Date().toISOString();
  return { ...fields, name, metageneration: '1', timeCreated: now, updated: now };
}

/** Null takes a field away, a name left out leaves it. */
export function patchBucket(bucket: Bucket, patch: Record<string, unknown>): Bucket {
  const kept = Object.entries({ ...bucket, ...patch }).filter(([, value]) => value !== null);
  return {
    ...Object.fromEntries(kept),
    name: bucket.name,
    timeCreated: bucket.timeCreated,
    metageneration: String(Number(bucket.metageneration) + 1),
    updated: new Date().toISOString(),
  };
}

/** The object in the JSON API's answers. */
export function objectResource(object: StoredObject, baseUrl: string): Record<string, unknown> {
  const { bucket, name, generation, metageneration, size, ...rest } = object;
  const path = `storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`;
  return {
    kind: 'storage#object',
    id: `${bucket}/${name}/${generation}`,
    selfLink: `${baseUrl}/${path}`,
    mediaLink: `${baseUrl}/download/${path}?generation=${generation}&alt=media`,
    name,
    bucket,
    generation,
    metageneration,
    storageClass: 'STANDARD',
    size: String(size),
    timeStorageClassUpdated: object.timeCreated,
    timeFinalized: object.timeCreated,
    etag: etagOf(object),
    ...rest,
  };
}

export function bucketResource(bucket: Bucket, baseUrl: string): Record<string, unknown> {
  return {
    kind: 'storage#bucket',
    id: bucket.name,
    selfLink: `${baseUrl}/storage/v1/b/${bucket.name}`,
    projectNumber: '1',
    location: 'US',
    locationType: 'multi-region',
    storageClass: 'STANDARD',
    iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'enforced' },
    etag: Buffer.from(bucket.metageneration).toString('base64'),
    ...bucket,
  };
}

/** The JSON API's, which changes with the metadata too. */
export function etagOf(object: StoredObject): string {
  return Buffer.from(`${object.generation}/${object.metageneration}`).toString('base64');
}

/** The XML API's: of the bytes, where they were not composed. */
export function xmlEtagOf(object: StoredObject): string {
  return `"${object.md5Hash ? Buffer.from(object.md5Hash, 'base64').toString('hex') : etagOf(object)}"`;
}
