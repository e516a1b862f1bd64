import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));

// A classic script: a host page in another origin loads it without CORS. Its name carries no hash, for pages name it.
export default defineConfig({
  root,
  build: {
    outDir: `${root}../dist`,
    emptyOutDir: false,
    target: 'es2022',
    lib: { entry: `${root}embed.ts`, name: 'alturasBoard', formats: ['iife'], fileName: () => 'embed.js' },
  },
});
