import { createHash } from 'node:crypto';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Browser features that the app does not use. The others keep the browser's defaults. */
const PERMISSIONS = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'hid',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'serial',
  'usb',
]
  .map((name) => `${name}=()`)
  .join(', ');

/** Sets Helmet's headers for responses that are data. Pages and photos replace the Content-Security-Policy. */
export function securityHeaders(): RequestHandler {
  const headers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
      },
    },
  });
  return (req, res, next) => {
    res.setHeader('Permissions-Policy', PERMISSIONS);
    headers(req, res, next);
  };
}

/**
 * The only inline style: React Aria adds it to the page on iPhones while a dialog is open. The policy allows it by
 * its hash, so that no other inline style is allowed.
 */
const DIALOG_STYLE = `@layer {
  * {
    overscroll-behavior: contain;
  }
}`;

/**
 * Returns the web app's Content-Security-Policy: scripts and styles only from its own files, no other hosts, and no
 * embedding in a frame. It must be sent with every file, because a worker uses the policy of its own file.
 * @param bucketUrls URLs of the bucket, if photos are downloaded from and uploaded to it directly
 */
export function webPolicy(bucketUrls: readonly string[] = []): string {
  const photos = ["'self'", ...bucketUrls].join(' ');
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'sha256-${createHash('sha256').update(DIALOG_STYLE).digest('base64')}'`,
    `img-src ${photos} data: blob:`,
    `connect-src ${photos}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
