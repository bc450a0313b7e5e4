import { invalid } from './errors.ts';

export interface ObjectAddress {
  bucket: string;
  name: string;
}

/** The metadata that a client can set, with the names of the JSON API. */
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

/** The stored metadata of an object. */
export interface StoredObject extends ObjectFields, ObjectAddress {
  /** The time of creation in microseconds since 1970, as a decimal number. */
  generation: string;
  metageneration: string;
  size: number;
  crc32c: string;
  /** Missing for composed objects. */
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

/** A bucket resource of the JSON API. Fields that this server does not use are stored unchanged. */
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

/** Returns the metadata of a new object from the JSON body of a request. */
export function fieldsOf(body: Record<string, unknown>): ObjectFields {
  return patchFields({ contentType: 'application/octet-stream' }, body);
}

/** Changes metadata. `null` removes a field, and missing fields remain. Custom metadata is merged key by key. */
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
    throw invalid(`Invalid value for ${name}: it must be a string without line breaks.`);
  return value;
}

export function newBucket(name: string, fields: Record<string, unknown>): Bucket {
  const now = new Date().toISOString();
  return { ...fields, name, metageneration: '1', timeCreated: now, updated: now };
}

/** Changes the fields of a bucket. `null` removes a field, and missing fields remain. */
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

/** Returns the resource of an object in the JSON API. */
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

/** Returns the ETag of the JSON API, which also changes with the metadata. */
export function etagOf(object: StoredObject): string {
  return Buffer.from(`${object.generation}/${object.metageneration}`).toString('base64');
}

/** Returns the ETag of the XML API, which depends only on the bytes unless the object is composed. */
export function xmlEtagOf(object: StoredObject): string {
  return `"${object.md5Hash ? Buffer.from(object.md5Hash, 'base64').toString('hex') : etagOf(object)}"`;
}
