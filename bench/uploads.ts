import { createHash } from 'node:crypto';
import type { Nonces } from './images.ts';
import { type HttpClient, type HttpRequest, parse } from './load.ts';

export type Door = 'multipart' | 'staged';

/** A file that a client is about to upload. */
export interface Outgoing {
  parts: Buffer[];
  sizeBytes: number;
  checksum: string;
}

export interface UploadedPhoto {
  __typename: string;
  id: string;
  thumbnailUrl: string;
}

const OUTCOME = `__typename ... on UserError { code message } ... on Photo { id thumbnailUrl }`;
const BOUNDARY = 'imgstream-bench-boundary';

/**
 * Prepares files with unique bytes. Done in advance, so that the client's work does not count as the service's
 * time.
 */
export function outgoing(files: readonly Buffer[], nonces: Nonces): Outgoing[] {
  return files.map((file) => {
    const parts = nonces.apply(file);
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    return {
      parts,
      sizeBytes: parts.reduce((sum, part) => sum + part.length, 0),
      checksum: hash.digest('hex'),
    };
  });
}

/**
 * Uploads one file through one of the doors.
 * @throws Error if the result is not a new photo
 */
export async function upload(http: HttpClient, door: Door, file: Outgoing): Promise<UploadedPhoto> {
  const [photo] = door === 'multipart' ? await uploadMultipart(http, file) : await uploadStaged(http, file);
  if (photo?.__typename !== 'Photo') throw new Error(`Not a photo: ${JSON.stringify(photo)}`);
  return photo;
}

/** Deletes photos permanently, so that every round starts with the same library. */
export async function deletePhotos(http: HttpClient, ids: readonly string[]): Promise<void> {
  await http.graphql(`mutation ($ids: [ID!]!) { deletePhotos(ids: $ids) { __typename } }`, { ids });
}

function multipart(file: Outgoing): HttpRequest {
  const query = `mutation ($files: [Upload!]!) { photos: uploadPhotos(files: $files) { ${OUTCOME} } }`;
  const fields = {
    operations: JSON.stringify({ query, variables: { files: [null] } }),
    map: JSON.stringify({ 0: ['variables.files.0'] }),
  };
  const before = Object.entries(fields)
    .map(
      ([name, value]) =>
        `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    )
    .join('');
  const disposition = 'content-disposition: form-data; name="0"; filename="photo"';
  return {
    method: 'POST',
    path: '/graphql',
    headers: {
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      'apollo-require-preflight': 'true',
    },
    body: [
      Buffer.from(
        `${before}--${BOUNDARY}\r\n${disposition}\r\ncontent-type: application/octet-stream\r\n\r\n`,
      ),
      ...file.parts,
      Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
    ],
  };
}

async function uploadMultipart(http: HttpClient, file: Outgoing): Promise<UploadedPhoto[]> {
  const { data }: { data: { photos: UploadedPhoto[] } } = parse(await http.send(multipart(file)));
  return data.photos;
}

interface Target {
  id: string;
  url: string;
  headers: { name: string; value: string }[];
}

async function uploadStaged(http: HttpClient, file: Outgoing): Promise<UploadedPhoto[]> {
  const { sizeBytes, checksum } = file;
  const { targets } = await http.graphql<{ targets: Target[] }>(
    `mutation ($uploads: [CreateUploadInput!]!) {
       targets: createUploads(uploads: $uploads) { ... on UploadTarget { id url headers { name value } } ... on UserError { code message } } }`,
    { uploads: [{ filename: 'photo', contentType: '', sizeBytes, checksum }] },
  );
  const [target] = targets;
  if (!target?.url) throw new Error(`Not a target: ${JSON.stringify(target)}`);
  const headers = Object.fromEntries(target.headers.map(({ name, value }) => [name, value]));
  await http.sendTo(target.url, { method: 'PUT', headers, body: file.parts });
  const completed = await http.graphql<{ photos: UploadedPhoto[] }>(
    `mutation ($ids: [ID!]!) { photos: completeUploads(ids: $ids) { ${OUTCOME} } }`,
    { ids: [target.id] },
  );
  return completed.photos;
}
