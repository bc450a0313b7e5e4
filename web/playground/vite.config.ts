import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  // The server answers the page at /graphql and everything else under /playground/assets.
  base: '/playground/',
  publicDir: false,
  plugins: [react()],
  // A worker that loads prettier on demand has to be a module: classic workers cannot be split.
  worker: { format: 'es' },
  build: {
    outDir: fileURLToPath(new URL('../../dist/playground', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    // The editor alone is 3 MB; it loads beside the page and is cached for good.
    chunkSizeWarningLimit: 4096,
    rolldownOptions: {
      onwarn(warning, warn) {
        // GraphiQL's files carry directives for a compiler that has already run.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
  },
});
