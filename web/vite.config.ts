import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { pwa } from './pwa.ts';

/** Where `npm run dev -w web` finds the service, whose own pages and data it passes on. */
const SERVICE = 'http://127.0.0.1:8080';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), pwa],
  worker: { format: 'es' },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/graphql': { target: SERVICE, ws: true },
      '/media': SERVICE,
      '/uploads': SERVICE,
      '/health': SERVICE,
    },
  },
  build: {
    outDir: fileURLToPath(new URL('../dist/public', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    manifest: true,
    // The page's policy allows no script but files, and needs none of this.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
