import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { SERVER_PATHS } from '../src/http/routes.ts';
import { pwa } from './pwa.ts';

/** The service to which `npm run dev -w web` forwards the paths that are not the web app's. */
const SERVICE = 'http://127.0.0.1:8080';

/**
 * Few files, as each costs a request: one of what the page begins with, and what several views share in some larger ones,
 * none of which has much that a view does not need.
 */
const GROUPS = [
  { name: 'initial', tags: ['$initial' as const], priority: 2 },
  { name: 'shared', minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: 30_000, priority: 1 },
];

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), pwa],
  worker: { format: 'es' },
  server: {
    host: '127.0.0.1',
    proxy: { [`^/(${SERVER_PATHS.join('|')})(?=[/?]|$)`]: { target: SERVICE, ws: true } },
  },
  build: {
    outDir: fileURLToPath(new URL('../dist/public', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    manifest: true,
    // The page's policy allows no script but files, and needs none of this.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: { groups: GROUPS },
        // Not the names of all that share it.
        chunkFileNames: ({ name }) => `assets/${name.replace(/~.*/, '')}-[hash].js`,
      },
    },
  },
});
