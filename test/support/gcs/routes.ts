import type { BucketsApi } from './buckets.ts';
import { notFound } from './errors.ts';
import type { Exchange, Style } from './exchange.ts';
import type { IdentityEndpoints } from './identity-endpoints.ts';
import type { ObjectsApi } from './objects.ts';
import type { ResumableUploads } from './resumable.ts';
import type { UploadsApi } from './uploads.ts';
import { decode } from './wire.ts';
import type { XmlApi } from './xml.ts';

export interface Apis {
  buckets: BucketsApi;
  objects: ObjectsApi;
  uploads: UploadsApi;
  resumable: ResumableUploads;
  xml: XmlApi;
  identity: IdentityEndpoints;
}

type Parts = Record<string, string>;

export interface Route {
  /** The name of the route in fault rules and in the log. */
  operation: string;
  style: Style;
  /** The required permission, or `null` if the handler authorizes the request or the URL itself grants access. */
  permission: string | null;
  method: string;
  path: RegExp;
  when?: (query: URLSearchParams) => boolean;
  handle: (apis: Apis, exchange: Exchange, parts: Parts) => Promise<void>;
}

// Clients that use STORAGE_EMULATOR_HOST omit the first part.
const BUCKETS = '(?:/storage/v1)?/b';
const BUCKET = `${BUCKETS}/(?<bucket>[^/]+)`;
const OBJECTS = `${BUCKET}/o`;
const OBJECT = `${OBJECTS}/(?<name>[^/]+)`;
const TARGET = 'b/(?<toBucket>[^/]+)/o/(?<toName>[^/]+)';
const UPLOAD = '(?:/resumable)?/upload/storage/v1/b/(?<bucket>[^/]+)/o';
const XML = '/(?<bucket>[^/]+)/(?<name>.+)';

const isMedia = (query: URLSearchParams) => query.get('alt') === 'media';
const isResumable = (query: URLSearchParams) => query.get('uploadType') === 'resumable';
const hasUploadId = (query: URLSearchParams) => query.has('upload_id');

const from = ({ bucket, name }: Parts) => ({ bucket: bucket!, name: name! });
const to = ({ toBucket, toName }: Parts) => ({ bucket: toBucket!, name: toName! });

function route(
  style: Style,
  operation: string,
  permission: string | null,
  method: string,
  path: string,
  handle: Route['handle'],
  when?: Route['when'],
): Route {
  return {
    style,
    operation,
    permission,
    method,
    path: new RegExp(`^${path}$`),
    handle,
    ...(when && { when }),
  };
}

const ROUTES: Route[] = [
  route('json', 'buckets.list', 'storage.buckets.list', 'GET', BUCKETS, (api, x) => api.buckets.list(x)),
  route('json', 'buckets.insert', 'storage.buckets.create', 'POST', BUCKETS, (api, x) =>
    api.buckets.insert(x),
  ),
  route('json', 'buckets.get', 'storage.buckets.get', 'GET', BUCKET, (api, x, { bucket }) =>
    api.buckets.get(x, bucket!),
  ),
  route('json', 'buckets.patch', 'storage.buckets.update', 'PATCH', BUCKET, (api, x, { bucket }) =>
    api.buckets.patch(x, bucket!),
  ),
  route('json', 'buckets.delete', 'storage.buckets.delete', 'DELETE', BUCKET, (api, x, { bucket }) =>
    api.buckets.delete(x, bucket!),
  ),
  route(
    'json',
    'buckets.testIamPermissions',
    'storage.buckets.get',
    'GET',
    `${BUCKET}/iam/testPermissions`,
    (api, x, { bucket }) => api.buckets.testPermissions(x, bucket!),
  ),
  route('json', 'objects.list', 'storage.objects.list', 'GET', OBJECTS, (api, x, { bucket }) =>
    api.objects.list(x, bucket!),
  ),
  route(
    'media',
    'objects.media',
    'storage.objects.get',
    'GET',
    `(?:/download)?${OBJECT}`,
    (api, x, parts) => api.objects.get(x, from(parts)),
    isMedia,
  ),
  route('json', 'objects.get', 'storage.objects.get', 'GET', OBJECT, (api, x, parts) =>
    api.objects.get(x, from(parts)),
  ),
  route('json', 'objects.patch', 'storage.objects.update', 'PATCH', OBJECT, (api, x, parts) =>
    api.objects.patch(x, from(parts)),
  ),
  route('json', 'objects.delete', 'storage.objects.delete', 'DELETE', OBJECT, (api, x, parts) =>
    api.objects.delete(x, from(parts)),
  ),
  route(
    'json',
    'objects.rewrite',
    'storage.objects.create',
    'POST',
    `${OBJECT}/rewriteTo/${TARGET}`,
    (api, x, parts) => api.objects.rewrite(x, from(parts), to(parts)),
  ),
  route(
    'json',
    'objects.copy',
    'storage.objects.create',
    'POST',
    `${OBJECT}/copyTo/${TARGET}`,
    (api, x, parts) => api.objects.copy(x, from(parts), to(parts)),
  ),
  route('json', 'objects.compose', 'storage.objects.create', 'POST', `${OBJECT}/compose`, (api, x, parts) =>
    api.objects.compose(x, from(parts)),
  ),
  route(
    'json',
    'uploads.start',
    'storage.objects.create',
    'POST',
    UPLOAD,
    (api, x, { bucket }) => api.uploads.startResumable(x, bucket!),
    isResumable,
  ),
  route('json', 'objects.insert', 'storage.objects.create', 'POST', UPLOAD, (api, x, { bucket }) =>
    api.uploads.insert(x, bucket!),
  ),
  route(
    'json',
    'uploads.put',
    null,
    'PUT',
    UPLOAD,
    (api, x) => api.resumable.put(x, uploadId(x)),
    hasUploadId,
  ),
  route(
    'json',
    'uploads.cancel',
    null,
    'DELETE',
    UPLOAD,
    (api, x) => api.resumable.cancel(x, uploadId(x)),
    hasUploadId,
  ),
  route('json', 'oauth.token', null, 'POST', '/token', (api, x) => api.identity.token(x)),
  route(
    'json',
    'iam.signBlob',
    null,
    'POST',
    '/v1/projects/-/serviceAccounts/(?<account>[^/:]+):signBlob',
    (api, x, { account }) => api.identity.signBlob(x, account!),
  ),
  route('media', 'metadata.get', null, 'GET', '/computeMetadata/v1(?:/(?<rest>.*))?', (api, x, { rest }) =>
    api.identity.metadata(x, rest ?? ''),
  ),
  route(
    'xml',
    'xml.uploads.put',
    null,
    'PUT',
    XML,
    (api, x) => api.resumable.put(x, uploadId(x)),
    hasUploadId,
  ),
  route(
    'xml',
    'xml.uploads.cancel',
    null,
    'DELETE',
    XML,
    (api, x) => api.resumable.cancel(x, uploadId(x)),
    hasUploadId,
  ),
  route('xml', 'xml.get', null, 'GET', XML, (api, x, parts) => api.xml.get(x, from(parts))),
  route('xml', 'xml.head', null, 'HEAD', XML, (api, x, parts) => api.xml.get(x, from(parts))),
  route('xml', 'xml.put', null, 'PUT', XML, (api, x, parts) => api.xml.put(x, from(parts))),
  route('xml', 'xml.delete', null, 'DELETE', XML, (api, x, parts) => api.xml.delete(x, from(parts))),
  route('xml', 'xml.uploads.start', null, 'POST', XML, (api, x, parts) =>
    api.xml.startResumable(x, from(parts)),
  ),
];

function uploadId(exchange: Exchange): string {
  return exchange.query.get('upload_id') ?? '';
}

const UNKNOWN: Route = route('media', 'unknown', null, 'GET', '', () => Promise.reject(notFound()));

/** The paths of the JSON API and of the identity endpoints. All other paths belong to the XML API. */
const NOT_XML =
  /^\/(?:(?:resumable\/)?(?:storage|upload|download)\/|b(?:\/|$)|computeMetadata(?:\/|$)|token$|v1\/projects\/)/;

export function isXmlPath(rawPath: string): boolean {
  return !NOT_XML.test(rawPath);
}

/** Returns the first route that matches a request, and the decoded parts of its path. */
export function findRoute(
  method: string,
  rawPath: string,
  query: URLSearchParams,
): { route: Route; parts: Parts } {
  for (const route of ROUTES) {
    if (route.method !== method || (route.style === 'xml' && !isXmlPath(rawPath))) continue;
    const match = route.path.exec(rawPath);
    if (!match || (route.when && !route.when(query))) continue;
    return { route, parts: decodeParts(match.groups ?? {}) };
  }
  return { route: UNKNOWN, parts: {} };
}

function decodeParts(groups: Parts): Parts {
  const given = Object.entries(groups).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, decode(value)]));
}
