import { resolve } from 'node:path';
import { defineConfig } from 'vite';

/** The command line as one plain Node script; native packages stay outside. */
export default defineConfig({
  resolve: { alias: { '@shared': resolve('src/shared') } },
  ssr: { noExternal: true, external: ['faiss-node'] },
  build: {
    ssr: resolve('src/cli/index.ts'),
    outDir: 'out/cli',
    target: 'node20.18',
    emptyOutDir: true,
    rolldownOptions: { output: { entryFileNames: 'index.js' } },
  },
});
