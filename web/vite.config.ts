import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { SERVER_PATHS } from '../src/http/routes.ts';
import { pwa } from './pwa.ts';

/** `npm run dev -w web` forwards the paths of the server to this service. */
const SERVICE = 'http://127.0.0.1:8080';

/**
 * Few files, because each costs a request: one with the initial code, and a few larger ones with the code that several views
 * share. None of these contains much code that a view does not need.
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
    // The content security policy allows only scripts from files, so nothing is inlined. The polyfill is not needed.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: { groups: GROUPS },
        // Without the names of the views that share the file.
        chunkFileNames: ({ name }) => `assets/${name.replace(/~.*/, '')}-[hash].js`,
      },
    },
  },
});
