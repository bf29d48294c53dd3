import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import vue from 'eslint-plugin-vue';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import vueParser from 'vue-eslint-parser';
import { parser } from './scripts/lint/parser.mjs';

const layers = ['native', 'worker', 'supervisor', 'main', 'preload', 'renderer', 'cli'];
const nodeBuiltins = ['node:*', 'fs', 'fs/*', 'path', 'os', 'child_process', 'process', 'crypto'];
const electron = ['electron', 'electron/*'];
const engine = ['faiss-node', 'faiss-node/*', '**/native/**'];
const page = ['vue', 'pinia', 'echarts', 'echarts/*', 'vue-echarts', 'vue-i18n', '@nuxt/ui', '@nuxt/ui/*'];

/** Who may import whom (ARCHITECTURE.md has the same table in words). */
function layer(name, files, forbidden, except = []) {
  const others = layers.filter((other) => other !== name && !except.includes(other));
  return {
    files,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: [...new Set([...forbidden, ...others.flatMap((other) => [`**/${other}`, `**/${other}/**`])])],
              message: `src/${name} must not import this: see "Who may import whom" in ARCHITECTURE.md.`,
            },
          ],
        },
      ],
    },
  };
}

/** The floors of a layer, from the lowest: each knows those below it. */
function floorsOf(name, folder, floors, forbidden, except) {
  return floors.map((floor, height) => {
    const above = floors.slice(height + 1).flatMap((other) => [`@/${other}/**`, `../**/${other}/**`]);
    return layer(name, [`${folder}/${floor}/**`], [...forbidden, ...above], except);
  });
}

export default tseslint.config(
  {
    ignores: [
      'node_modules/',
      'out/',
      'dist/',
      'native/build/',
      '.cache/',
      'test-results/',
      'playwright-report/',
      '**/auto-imports.d.ts',
      '**/components.d.ts',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.vue'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parser,
      parserOptions: {
        project: './tsconfig.json',
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
    },
  },
  { files: ['**/*.vue'], extends: [...vue.configs['flat/recommended']] },
  {
    files: ['**/*.vue'],
    languageOptions: {
      parser: vueParser,
      parserOptions: { parser, extraFileExtensions: ['.vue'] },
      globals: globals.browser,
    },
    // The type checker knows every global; the rule does not.
    rules: { 'no-undef': 'off', 'vue/multi-word-component-names': 'off' },
  },
  { files: ['**/*.ts'], rules: { 'no-undef': 'off' } },
  {
    files: ['**/*.mjs', '**/*.js', '**/*.cjs'],
    languageOptions: { globals: globals.node },
  },
  {
    files: ['native/**/*.js', '**/*.cjs'],
    languageOptions: { sourceType: 'commonjs' },
  },
  layer('shared', ['src/shared/**'], [...nodeBuiltins, ...electron, ...engine, ...page]),
  layer('worker', ['src/worker/**'], [...electron, ...engine, ...page]),
  layer('worker', ['src/worker/engine.ts'], [...electron, ...page]),
  ...floorsOf(
    'worker',
    'src/worker',
    ['files', 'features', 'measure', 'voices', 'steps', 'sound', 'jobs'],
    [...electron, ...engine, ...page],
  ),
  layer('supervisor', ['src/supervisor/**'], [...electron, ...engine, ...page]),
  layer('main', ['src/main/**'], [...engine, ...page], ['worker', 'supervisor']),
  ...floorsOf(
    'main',
    'src/main',
    ['system', 'library', 'jobs', 'window', 'ipc'],
    [...engine, ...page],
    ['worker', 'supervisor'],
  ),
  layer(
    'preload',
    ['src/preload/**'],
    [...nodeBuiltins, ...engine, ...page, '@shared/domain/**', '@shared/formats/**'],
  ),
  layer('renderer', ['src/renderer/**'], [...nodeBuiltins, ...electron, ...engine]),
  ...floorsOf(
    'renderer',
    'src/renderer/src',
    ['language', 'sound', 'stores', 'words', 'components', 'pages', 'app'],
    [...nodeBuiltins, ...electron, ...engine],
  ),
  layer('cli', ['src/cli/**'], [...electron, ...engine, ...page], ['worker', 'supervisor']),
  layer('cli', ['src/cli/fork.ts'], [...engine, ...page], ['worker', 'supervisor']),
  {
    files: ['scripts/*.mjs', 'native/build.mjs'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^(?!node:|\\.)', message: 'This script uses Node built-ins only: it runs before the install.' },
            {
              regex: '^\\./(?:bench|electron|pack)/',
              message: 'This script runs before the install: load what needs packages by import(), after it.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['src/main/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ImportDeclaration[source.value=/\\bworker\\b/]:not([source.value=/\\?modulePath$/])',
          message: 'main starts the worker as a process: import it with ?modulePath only.',
        },
      ],
    },
  },
  {
    files: ['src/worker/**', 'src/cli/**'],
    ignores: ['src/worker/openIndex.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...['object.name', 'object.property.name'].map((owner) => ({
          selector: `MemberExpression[${owner}=/^Index/][property.name=/^(open|read|fromBuffer)$/]`,
          message: 'FAISS believes what a file says: let src/worker/openIndex.ts walk it first.',
        })),
      ],
    },
  },
  { files: ['test/**'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  prettier,
);
