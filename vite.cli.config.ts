import { resolve } from 'node:path';
import { defineConfig } from 'vite';

/** The command line as one plain Node script; native packages stay outside. */
export default defineConfig({
  resolve: { alias: { '@shared': resolve('src/shared') } },
  ssr: { noExternal: true, external: ['faiss-node', 'electron'] },
  build: {
    ssr: true,
    outDir: 'out/cli',
    target: 'node20.18',
    emptyOutDir: true,
    rolldownOptions: {
      input: {
        index: resolve('src/cli/index.ts'),
        // A worker, as Node and as Electron starts it.
        child: resolve('src/worker/child.ts'),
        worker: resolve('src/worker/index.ts'),
      },
      output: { entryFileNames: '[name].js' },
    },
  },
});
