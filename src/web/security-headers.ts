import { createHash } from 'node:crypto';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Capabilities that a photo library does not ask for; what is not named here is as the browser has it. */
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

/** Helmet's headers for answers that are data; a page and a photo replace the policy by their own. */
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
 * The one style that is no file: React Aria puts it into the page of an iPhone while a dialog is open. Its hash lets in
 * this text and no other.
 */
const DIALOG_STYLE = `@layer {
  * {
    overscroll-behavior: contain;
  }
}`;

/**
 * The policy of the web app: no script or style but its own files, no other host, no frame around it. It goes with every
 * file, because a worker runs under the policy of its own.
 * @param bucketUrls where else pictures come from and uploads go to, where a bucket delivers.
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
