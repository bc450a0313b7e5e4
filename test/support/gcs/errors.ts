/** The messages of the XML API, by code: https://cloud.google.com/storage/docs/xml-api/reference-status */
const XML_MESSAGES: Record<string, string> = {
  AccessDenied: 'Access denied.',
  AuthenticationRequired: 'Authentication required.',
  BadDigest: 'The MD5 or CRC32C you specified did not match what we received.',
  EntityTooLarge:
    'Your proposed upload is larger than the maximum object size specified in your Policy Document.',
  EntityTooSmall:
    'Your proposed upload is smaller than the minimum object size specified in your Policy Document.',
  ExpiredToken: 'The provided token has expired.',
  InternalError: 'We encountered an internal error. Please try again.',
  InvalidArgument: 'Invalid argument.',
  InvalidRange: 'The requested range cannot be satisfied.',
  MalformedSecurityHeader: 'Your request has a malformed header.',
  MethodNotAllowed: 'The specified method is not allowed against this resource.',
  NoSuchBucket: 'The specified bucket does not exist.',
  NoSuchKey: 'The specified key does not exist.',
  PreconditionFailed: 'At least one of the pre-conditions you specified did not hold.',
  RequestTimeTooSkewed: "The difference between the request time and the server's time is too large.",
  ServiceUnavailable: 'Service unavailable. Please retry.',
  SignatureDoesNotMatch: 'Access denied.',
  SlowDown: 'Please reduce your request rate.',
};

export interface GcsErrorOptions {
  status: number;
  /** The name of the error in the JSON API: https://cloud.google.com/storage/docs/json_api/v1/status-codes */
  reason: string;
  /** The name of the error in the XML API. */
  code: string;
  message: string;
  /** The part of the request that caused the error. Only in the JSON API. */
  location?: { type: 'header' | 'parameter'; name: string };
  /** Additional elements in the XML API. */
  elements?: Record<string, string>;
  headers?: Record<string, string>;
  /** True if both APIs send the message as plain text, like the upload servers of Cloud Storage. */
  plain?: boolean;
}

/** An error response, in the formats of both APIs of Cloud Storage. */
export class GcsError extends Error {
  override name = 'GcsError';
  readonly status: number;
  readonly reason: string;
  readonly code: string;
  readonly headers: Record<string, string>;
  readonly plain: boolean;
  readonly #location: GcsErrorOptions['location'];
  readonly #elements: Record<string, string>;

  constructor(options: GcsErrorOptions) {
    super(options.message);
    this.status = options.status;
    this.reason = options.reason;
    this.code = options.code;
    this.headers = options.headers ?? {};
    this.plain = options.plain ?? false;
    this.#location = options.location;
    this.#elements = options.elements ?? {};
  }

  toJson(): object {
    const { message, reason } = this;
    const location = this.#location && { locationType: this.#location.type, location: this.#location.name };
    return {
      error: { code: this.status, message, errors: [{ message, domain: 'global', reason, ...location }] },
    };
  }

  toXml(): string {
    const elements = {
      Code: this.code,
      Message: XML_MESSAGES[this.code] ?? this.message,
      Details: this.message,
      ...this.#elements,
    };
    const body = Object.entries(elements).map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`);
    return `<?xml version='1.0' encoding='UTF-8'?><Error>${body.join('')}</Error>`;
  }
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function noSuchBucket(): GcsError {
  const message = 'The specified bucket does not exist.';
  return new GcsError({ status: 404, reason: 'notFound', code: 'NoSuchBucket', message });
}

export function noSuchObject(bucket: string, name: string): GcsError {
  const message = `No such object: ${bucket}/${name}`;
  return new GcsError({ status: 404, reason: 'notFound', code: 'NoSuchKey', message });
}

export function notFound(): GcsError {
  return new GcsError({ status: 404, reason: 'notFound', code: 'NoSuchKey', message: 'Not Found' });
}

export function conditionNotMet(): GcsError {
  return new GcsError({
    status: 412,
    reason: 'conditionNotMet',
    code: 'PreconditionFailed',
    message: 'At least one of the pre-conditions you specified did not hold.',
    location: { type: 'header', name: 'If-Match' },
  });
}

export function notModified(): GcsError {
  return new GcsError({ status: 304, reason: 'notModified', code: 'NotModified', message: 'Not Modified' });
}

export function invalid(message: string, reason = 'invalid', code = 'InvalidArgument'): GcsError {
  return new GcsError({ status: 400, reason, code, message });
}

export function rangeNotSatisfiable(size: number): GcsError {
  return new GcsError({
    status: 416,
    reason: 'requestedRangeNotSatisfiable',
    code: 'InvalidRange',
    message: 'Request range not satisfiable',
    headers: { 'content-range': `bytes */${size}` },
  });
}

export function loginRequired(message: string, reason: 'required' | 'authError' = 'required'): GcsError {
  return new GcsError({
    status: 401,
    reason,
    code: 'AuthenticationRequired',
    message,
    location: { type: 'header', name: 'Authorization' },
    headers: { 'www-authenticate': 'Bearer realm="https://accounts.google.com/"' },
  });
}

export function accessDenied(message: string): GcsError {
  return new GcsError({ status: 403, reason: 'forbidden', code: 'AccessDenied', message });
}

export function conflict(message: string, code: string): GcsError {
  return new GcsError({ status: 409, reason: 'conflict', code, message });
}

const ERRORS_BY_STATUS: Record<number, { reason: string; code: string; message: string }> = {
  401: { reason: 'authError', code: 'AuthenticationRequired', message: 'Invalid Credentials' },
  403: { reason: 'forbidden', code: 'AccessDenied', message: 'The caller does not have permission.' },
  404: { reason: 'notFound', code: 'NoSuchKey', message: 'Not Found' },
  408: { reason: 'uploadBrokenConnection', code: 'RequestTimeout', message: 'Request timed out.' },
  412: { reason: 'conditionNotMet', code: 'PreconditionFailed', message: 'Precondition Failed' },
  429: {
    reason: 'rateLimitExceeded',
    code: 'SlowDown',
    message:
      'The object exceeded the rate limit for object mutation operations. Please reduce your request rate.',
  },
  503: { reason: 'backendError', code: 'ServiceUnavailable', message: 'Service Unavailable' },
};

/** Returns the error that Cloud Storage sends with a status if the request itself is not the cause. */
export function errorOfStatus(status: number, headers: Record<string, string> = {}): GcsError {
  const error = ERRORS_BY_STATUS[status] ?? {
    reason: status < 500 ? 'invalid' : 'backendError',
    code: status < 500 ? 'InvalidArgument' : 'InternalError',
    message: status < 500 ? 'Bad Request' : 'We encountered an internal error. Please try again.',
  };
  return new GcsError({ status, ...error, headers });
}
