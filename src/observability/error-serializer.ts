import { inspect } from 'node:util';

/** What a log line keeps of an error. Libraries hang whole requests, with their headers, on the errors they throw. */
export interface SerializedError {
  type: string;
  message: string;
  code?: string | number;
  stack?: string;
  cause?: SerializedError;
  /** Of an AggregateError. */
  errors?: SerializedError[];
}

const MAX_CHARACTERS = 8192;
const MAX_DEPTH = 5;
const MAX_ERRORS = 10;

/** Type, message, code, stack and causes of anything thrown, in bounds; `redact` takes secrets out of the finished line. */
export function serializeError(thrown: unknown): SerializedError {
  return serialize(thrown, 1);
}

function serialize(thrown: unknown, depth: number): SerializedError {
  // An error of another realm or a DOMException is no `instanceof Error`.
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
