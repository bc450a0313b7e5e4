import { inspect } from 'node:util';

/** Logged properties of an error. Others are omitted, because some libraries attach requests with their headers. */
export interface SerializedError {
  type: string;
  message: string;
  code?: string | number;
  stack?: string;
  cause?: SerializedError;
  /** Errors of an AggregateError. */
  errors?: SerializedError[];
}

const MAX_CHARACTERS = 8192;
const MAX_DEPTH = 5;
const MAX_ERRORS = 10;

/** Serializes any thrown value, with limited depth and length. `redact` later removes secrets from the whole line. */
export function serializeError(thrown: unknown): SerializedError {
  return serialize(thrown, 1);
}

function serialize(thrown: unknown, depth: number): SerializedError {
  // `instanceof Error` is not used, because it is false for errors of other realms and for DOMExceptions.
  if (typeof thrown !== 'object' || thrown === null)
    return { type: thrown === null ? 'null' : typeof thrown, message: text(thrown) };
  const {
    name,
    message,
    code,
    stack,
    cause,
    errors,
  }: Partial<Record<keyof SerializedError | 'name', unknown>> = thrown;
  const deeper = depth < MAX_DEPTH;
  return {
    type: text(typeof name === 'string' && name !== 'Error' ? name : thrown.constructor?.name),
    message: text(message),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(typeof stack === 'string' && { stack: text(stack) }),
    ...(deeper && cause !== undefined && { cause: serialize(cause, depth + 1) }),
    ...(deeper &&
      Array.isArray(errors) && {
        errors: errors.slice(0, MAX_ERRORS).map((error) => serialize(error, depth + 1)),
      }),
  };
}

function text(value: unknown): string {
  return (typeof value === 'string' ? value : inspect(value, { depth: -1 })).slice(0, MAX_CHARACTERS);
}
