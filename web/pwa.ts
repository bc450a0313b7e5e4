import { VitePWA } from 'vite-plugin-pwa';
import { SERVER_PATHS } from '../src/http/routes.ts';
import { PATHS } from './src/shared/addresses.ts';

/** The service, or the proxy in front of it, answers a navigation to these addresses. */
const NOT_OURS = [/[?&](gcp-iap-mode|sign-in)\b/, new RegExp(`^/(${SERVER_PATHS.join('|')})(/|$)`, 'i')];

/**
 * Makes the app installable, and has its files kept for when there is no connection. Photos are not among them: the
 * browser's own cache keeps those thumbnails that were seen, within its bounds, and a worker between would slow scrolling.
 */
export const pwa = VitePWA({
  strategies: 'generateSW',
  // A new version waits until the person takes it: src/shared/pwa/service-worker.ts.
  registerType: 'prompt',
  injectRegister: false,
  manifestFilename: 'manifest.webmanifest',
  // Behind a proxy even the manifest is for those who are signed in.
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
    navigateFallbackDenylist: NOT_OURS,
    cleanupOutdatedCaches: true,
    inlineWorkboxRuntime: true,
    sourcemap: false,
  },
});
