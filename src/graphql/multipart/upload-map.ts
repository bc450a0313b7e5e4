import Upload from 'graphql-upload/Upload.mjs';
import { badUserInput } from '../types/errors.ts';

/** Enough for `variables`, two nested input objects, a list and an index. */
const MAX_STEPS = 8;
const MAX_PATH_LENGTH = 256;

/**
 * Puts an Upload at each position in `operations` that the `map` field names:
 * https://github.com/jaydenseric/graphql-multipart-request-spec#multipart-form-field-structure
 *
 * graphql-upload's implementation follows any path: a path of 60 kB takes 6 s and 2.8 GB, and `files.4000000000`
 * creates a list of that length. This one requires a short path to a null in the variables or to the end of a list.
 * @returns the Uploads by the name of the part that contains the file
 * @throws FaultError with the code BAD_USER_INPUT
 */
export function placeUploads(operations: object, map: unknown, maxFiles: number): Map<string, Upload> {
  if (!isRecord(map)) throw badUserInput('The multipart field `map` must be a JSON object.');
  const entries = Object.entries(map);
  const pathLists = entries.map(([, paths]) => paths);
  if (!pathLists.every(isStrings))
    throw badUserInput(
      'Each value of the multipart field `map` must be a list of paths such as "variables.files.0".',
    );
  if (Math.max(entries.length, pathLists.flat().length) > maxFiles)
    throw badUserInput(
      `A request may have at most ${maxFiles} files. Send the other files in separate requests.`,
    );
  const uploads = new Map(entries.map(([part]) => [part, new Upload()]));
  for (const [index, upload] of [...uploads.values()].entries())
    for (const path of pathLists[index] ?? []) place(operations, path, upload);
  return uploads;
}

function place(operations: object, path: string, upload: Upload): void {
  const steps = path.length > MAX_PATH_LENGTH ? [] : path.split('.');
  const last = steps.pop();
  if (last === undefined || steps[0] !== 'variables' || steps.length >= MAX_STEPS) throw invalidPath(path);
  let holder = operations;
  for (const [index, step] of steps.entries()) {
    const child = childOf(holder, step);
    if (typeof child !== 'object' || child instanceof Upload) throw invalidPath(path);
    const isList = isIndex(steps[index + 1] ?? last);
    holder = child ?? setChild(holder, step, isList ? [] : {}, path);
  }
  if (childOf(holder, last) !== null) throw invalidPath(path);
  setChild(holder, last, upload, path);
}

/** Value of an object's own property, or null if the property does not exist. */
function childOf(holder: object, key: string): unknown {
  return Object.hasOwn(holder, key) ? Reflect.get(holder, key) : null;
}

function setChild<T extends object>(holder: object, key: string, child: T, path: string): T {
  // A list grows only at its end. Otherwise a client could create a list of any length.
  const isAllowed = Array.isArray(holder)
    ? isIndex(key) && Number(key) <= holder.length
    : key !== '__proto__';
  if (!isAllowed) throw invalidPath(path);
  Reflect.set(holder, key, child);
  return child;
}

function isIndex(key: string): boolean {
  return /^(0|[1-9]\d{0,3})$/.test(key);
}

function invalidPath(path: string) {
  const shown = path.length > 64 ? `${path.slice(0, 64)}...` : path;
  return badUserInput(
    `The multipart field \`map\` names "${shown}", which is not a null in the variables of the multipart field \`operations\`.`,
  );
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
