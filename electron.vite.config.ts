import { resolve } from 'node:path';
import ui from '@nuxt/ui/vite';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'electron-vite';

const shared = { '@shared': resolve('src/shared') };

// The oldest runtime the tests run on; electron-vite would otherwise pick the targets of the installed package.
const nodeTarget = 'node20.18';
const pageTarget = 'chrome130';

export default defineConfig({
  main: {
    resolve: { alias: shared },
    build: {
      target: nodeTarget,
      rolldownOptions: {
        input: { index: resolve('src/main/index.ts') },
        // Node reads its own older kind of modules in half the time, which a start waits for (docs/releasing.md).
        output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: 'chunks/[name]-[hash].cjs' },
      },
    },
  },
  preload: {
    resolve: { alias: shared },
    build: {
      target: nodeTarget,
      minify: true,
      // A sandboxed preload must be one CommonJS file with everything inside.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: resolve('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: resolve('src/renderer'),
    resolve: { alias: { ...shared, '@': resolve('src/renderer/src') } },
    plugins: [
      vue(),
      ui({
        // Where Tailwind and vue-tsc look for the theme that the plugin writes: not below src/renderer.
        root: resolve('.'),
        router: false,
        colorMode: false,
        // Components and functions are imported by name, so that the source says where they come from.
        autoImport: false,
        components: false,
        dts: false,
        // Names of icons stand in both kinds of files.
        icon: { clientBundle: { scan: { globInclude: ['src/renderer/src/**/*.{vue,ts}'] } } },
        ui: { colors: { primary: 'teal', neutral: 'slate' } },
      }),
    ],
    define: {
      __VUE_OPTIONS_API__: 'true',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
      __VUE_I18N_LEGACY_API__: 'false',
      __VUE_I18N_FULL_INSTALL__: 'false',
      __INTLIFY_PROD_DEVTOOLS__: 'false',
    },
    build: {
      target: pageTarget,
      // The page is read anew at every start; half of it would be spaces and long names.
      minify: true,
      rolldownOptions: { input: { index: resolve('src/renderer/index.html') } },
    },
  },
});
