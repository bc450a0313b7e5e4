/** Patterns of secrets, each with its replacement. */
const SECRETS: readonly [RegExp, string][] = [
  // JWTs (RFC 7519), which begin with the base64url encoding of `{"`.
  [/eyJ[\w-]{6,}(?:\.[\w-]*){0,4}/g, '[token]'],
  [/\bBearer\s+[\w.~+/=-]{8,}/gi, 'Bearer [token]'],
  // User name and password in a connection string.
  [/:\/\/[^\s"\\/@]{1,512}@/g, '://[redacted]@'],
  // Signatures in the query strings of signed URLs.
  [/(https?:\/\/[^\s"\\?]{1,2048})\?[^\s"\\]*/gi, '$1?[redacted]'],
  [/([?&](?:x-goog-[\w-]+|x-amz-[\w-]+|signature|sig|token)=)[^\s"\\&]+/gi, '$1[redacted]'],
];

// User IDs are matched so that they can be kept, because logs identify users by them. Some are e-mail addresses.
const EMAIL_OR_USER_ID = /"userId":"[^"\\]*"|(?<![\w.+-])[\w.+-]+@(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}\b/gi;

/** Replaces tokens, passwords, signatures and e-mail addresses in a log line. A line of JSON remains valid JSON. */
export function redact(line: string): string {
  return SECRETS.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line).replace(
    EMAIL_OR_USER_ID,
    (match) => (match.startsWith('"') ? match : '[email]'),
  );
}

/** Returns the path of a URL for logs: at most 256 characters, without the query and an upload target's secret. */
export function loggedPath(url: string): string {
  const [path = ''] = url.split(/[?#]/, 1);
  return path.replace(/(\/uploads\/+).+/gi, '$1-').slice(0, 256);
}
