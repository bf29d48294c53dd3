import { resolve } from 'node:path';
import { createServer } from 'vite';

/** Loads modules of `src` as they are written. `close` ends the loading. */
export async function openSources() {
  const vite = await createServer({
    configFile: false,
    logLevel: 'error',
    server: { middlewareMode: true, watch: null },
    appType: 'custom',
    optimizeDeps: { noDiscovery: true },
    resolve: { alias: { '@shared': resolve('src/shared') } },
  });
  return { load: (path) => vite.ssrLoadModule(`/src/${path}.ts`), close: () => vite.close() };
}
