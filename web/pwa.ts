import { VitePWA } from 'vite-plugin-pwa';
import { SERVER_PATHS } from '../src/http/routes.ts';
import { PATHS } from './src/shared/addresses.ts';

/** Addresses that the service, or the proxy in front of it, handles instead of the web app. */
const SERVER_ADDRESSES = [
  /[?&](gcp-iap-mode|sign-in)\b/,
  new RegExp(`^/(${SERVER_PATHS.join('|')})(/|$)`, 'i'),
];

/**
 * Makes the app installable, and stores its files for offline use. Photos are not included: the browser's HTTP cache stores
 * viewed thumbnails, within its limits, and a service worker in between would slow down scrolling.
 */
export const pwa = VitePWA({
  strategies: 'generateSW',
  // A new version is activated when the user accepts it: src/shared/pwa/service-worker.ts.
  registerType: 'prompt',
  injectRegister: false,
  manifestFilename: 'manifest.webmanifest',
  // Behind a proxy, even the manifest requires a signed-in user.
  useCredentials: true,
  manifest: {
    id: '/',
    name: 'ImgStream',
    short_name: 'ImgStream',
    description: 'Your photo library.',
    start_url: PATHS.home,
    scope: '/',
    display: 'standalone',
    theme_color: '#fbfbf9',
    background_color: '#fbfbf9',
    categories: ['photo'],
    icons: [
      { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
      { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
      { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
      { src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    ],
    shortcuts: [
      { name: 'Upload', url: PATHS.upload },
      { name: 'Gallery', url: PATHS.gallery },
    ],
  },
  workbox: {
    globPatterns: ['**/*.{js,css,html,svg}', 'icon-192.png'],
    dontCacheBustURLsMatching: /^assets\//,
    navigateFallback: 'index.html',
    navigateFallbackDenylist: SERVER_ADDRESSES,
    cleanupOutdatedCaches: true,
    inlineWorkboxRuntime: true,
    sourcemap: false,
  },
});
