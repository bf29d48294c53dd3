import { BORROWED, PLUGIN } from './scripts/lint/borrowed.mjs';
import eslintConfig from './eslint.config.js';

/**
 * The rules of eslint.config.js for all but Vue files, run by oxlint: its types come from the native compiler, which takes a
 * tenth of the time. Vue files, whose templates it does not know, stay with ESLint. No rule stands here.
 */

/** What oxlint lacks: errors of syntax in any module, and what the types refuse as well. */
const UNKNOWN = ['no-dupe-args', 'no-octal', '@typescript-eslint/no-unsafe-class-instance-assignment'];
/** Here it has one way only, that of the preset. */
const WITHOUT_OPTIONS = ['preserve-caught-error'];

const configs = eslintConfig.filter(({ files }) => !files?.flat().every((glob) => glob.endsWith('.vue')));
const used = new Set(
  configs.flatMap(({ rules = {} }) => Object.keys(rules).filter((name) => severity(rules[name]) !== 'off')),
);

/** @param {import('eslint').Linter.RuleEntry | undefined} entry */
function severity(entry) {
  const [level] = Array.isArray(entry) ? entry : [entry];
  return level === undefined || level === 0 || level === 'off' ? 'off' : 'error';
}

/**
 * @param {string} name
 * @param {import('eslint').Linter.RuleEntry} entry
 */
function convert(name, entry) {
  const options = Array.isArray(entry) && !WITHOUT_OPTIONS.includes(name) ? entry.slice(1) : [];
  const plugin = BORROWED.some((borrowed) => borrowed === name) ? `${PLUGIN}/` : '';
  return [plugin + name.replace('@typescript-eslint/', 'typescript/'), [severity(entry), ...options]];
}

export default {
  plugins: ['eslint', 'typescript'],
  jsPlugins: ['./scripts/lint/borrowed.mjs'],
  categories: { correctness: 'off' },
  ignorePatterns: [
    '**/*.vue',
    ...eslintConfig.flatMap(({ files, ignores = [] }) => (files === undefined ? ignores : [])),
  ],
  overrides: configs.map(({ files = ['**/*'], ignores = [], rules = {}, languageOptions }) => ({
    files: files.flat(),
    excludeFiles: ignores,
    globals: languageOptions?.globals ?? {},
    rules: Object.fromEntries(
      Object.entries(rules)
        .filter(([name]) => used.has(name) && !UNKNOWN.includes(name))
        .map(([name, entry]) => convert(name, entry)),
    ),
  })),
};
