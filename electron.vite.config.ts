import { resolve } from 'node:path';
import ui from '@nuxt/ui/vite';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';

const shared = { '@shared': resolve('src/shared') };

// The oldest runtime the tests run on; electron-vite would otherwise pick the targets of the installed package.
const nodeTarget = 'node20.18';
const pageTarget = 'chrome130';

/**
 * How scripts are written that a start waits for: one letter beyond Latin, and all of a script is kept, compared and read in two
 * bytes a letter; and comments are read, too. Names stay what they are, for the log.
 */
const SCRIPT = { charset: 'ascii', minify: { compress: false, mangle: false } } as const;

/** Has the page read its letters while it reads its scripts: else it is laid out with others first, and then again. */
function firstLetters(): Plugin {
  const isFirst = (file: string): boolean => /inter-latin-wght-normal[\w-]*\.woff2$/.test(file);
  return {
    name: 'first-letters',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle = {} }) =>
        Object.keys(bundle)
          .filter(isFirst)
          .map((file) => ({
            tag: 'link',
            attrs: { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: '', href: `./${file}` },
            injectTo: 'head-prepend',
          })),
    },
  };
}

export default defineConfig({
  main: {
    resolve: { alias: shared },
    build: {
      target: nodeTarget,
      rolldownOptions: {
        input: { index: resolve('src/main/index.ts') },
        // Node reads its own older kind of modules in half the time, which a start waits for (docs/releasing.md).
        output: { ...SCRIPT, format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: 'chunks/[name]-[hash].cjs' },
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
        output: { charset: SCRIPT.charset, format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: resolve('src/renderer'),
    resolve: { alias: { ...shared, '@': resolve('src/renderer/src') } },
    plugins: [
      firstLetters(),
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
        // Styles of the components that are used, and of no others: a page asks each rule of each element.
        experimental: { componentDetection: true },
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
      rolldownOptions: {
        input: { index: resolve('src/renderer/index.html') },
        output: {
          charset: SCRIPT.charset,
          // What a start needs in one file: each is asked of main, which has enough to do then.
          codeSplitting: {
            groups: [
              { name: 'page', tags: ['$initial'] },
              // Of the pictures' library a half at a time: all of it takes as long to compile as the page may be silent.
              { name: 'zrender', test: /[\\/]zrender[\\/]/ },
            ],
          },
        },
      },
    },
  },
});
