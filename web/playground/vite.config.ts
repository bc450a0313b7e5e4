import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  // The server serves the page at /graphql and all other files under /playground/assets.
  base: '/playground/',
  publicDir: false,
  plugins: [react()],
  // The worker that loads prettier on demand must be a module, because code of classic workers cannot be split.
  worker: { format: 'es' },
  build: {
    outDir: fileURLToPath(new URL('../../dist/playground', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    // The editor alone has 3 MB. It loads in parallel with the page and is cached permanently.
    chunkSizeWarningLimit: 4096,
    rolldownOptions: {
      onwarn(warning, warn) {
        // GraphiQL's files contain directives for a compiler that has already processed them.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
  },
});
