import { FILE_RULES } from './rules/files.mjs';
import { LASTING_RULES } from './rules/lasting.mjs';
import { WINDOW_RULES } from './rules/window.mjs';

/**
 * What is promised, and the tests that hold it. One of them, at least, is called by the number: `vitest -t 'W6: '`.
 *
 * @typedef {object} Rule
 * @property {string} id
 * @property {string} text
 * @property {readonly (readonly [file: string, title: string])[]} tests
 * @property {string} [note] What is not tested, and why.
 */

/** @type {readonly Rule[]} */
export const RULES = [...WINDOW_RULES, ...FILE_RULES, ...LASTING_RULES];

/** @returns {string} A table in Markdown. */
export function ruleTable() {
  const rows = RULES.map(({ id, text, tests, note }) => {
    const named = tests.map(([file, title]) => `\`${file}\`: “${title}”`).join('<br>');
    return `| ${id} | ${text}${note === undefined ? '' : `. ${note}`} | ${named} |`;
  });
  return ['| rule | what is promised | tests |', '| --- | --- | --- |', ...rows].join('\n');
}
