const WRITTEN_SECRETS: readonly [RegExp, string][] = [
  // A JWT: base64url of `{"`, then its other parts (RFC 7519).
  [/eyJ[\w-]{6,}(?:\.[\w-]*){0,4}/g, '[token]'],
  [/\bBearer\s+[\w.~+/=-]{8,}/gi, 'Bearer [token]'],
  // The user and password of a connection string.
  [/:\/\/[^\s"\\/@]{1,512}@/g, '://[redacted]@'],
  // Signed URLs carry their signature in the query.
  [/(https?:\/\/[^\s"\\?]{1,2048})\?[^\s"\\]*/gi, '$1?[redacted]'],
  [/([?&](?:x-goog-[\w-]+|x-amz-[\w-]+|signature|sig|token)=)[^\s"\\&]+/gi, '$1[redacted]'],
];

// The identity's `sub` stays, whatever a provider makes of it: it is how the logs name a person.
const EMAIL_OR_USER_ID = /"userId":"[^"\\]*"|(?<![\w.+-])[\w.+-]+@(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}\b/gi;

/** A log line without what looks like a token, a password, a signature or an e-mail address; JSON stays JSON. */
export function redact(line: string): string {
  return WRITTEN_SECRETS.reduce((rest, [pattern, mark]) => rest.replace(pattern, mark), line).replace(
    EMAIL_OR_USER_ID,
    (match) => (match.startsWith('"') ? match : '[email]'),
  );
}

/** The path of a URL as a log may keep it: no query, no secret of an upload target, at most 256 characters. */
export function loggedPath(url: string): string {
  const [path = ''] = url.split(/[?#]/, 1);
  return path.replace(/(\/uploads\/+).+/gi, '$1-').slice(0, 256);
}
