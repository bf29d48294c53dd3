import { FILE_RULES } from './rules/files.mjs';
import { FAULT_KINDS } from './rules/findings.mjs';
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
  const rows = RULES.map((rule) => `| ${rule.id} | ${promised(rule)} | ${named(rule)} |`);
  return ['| rule | what is promised | tests |', '| --- | --- | --- |', ...rows].join('\n');
}

/** @returns {string} The same of what attacks have found. */
export function faultTable() {
  const rows = FAULT_KINDS.map((kind) => `| ${promised(kind)} | ${named(kind)} |`);
  return ['| what was found | tests |', '| --- | --- |', ...rows].join('\n');
}

/** @param {Pick<Rule, 'text' | 'note'>} rule */
const promised = ({ text, note }) => `${text}${note === undefined ? '' : `. ${note}`}`;

/** @param {Pick<Rule, 'tests'>} rule */
const named = ({ tests }) => tests.map(([file, title]) => `\`${file}\`: “${title}”`).join('<br>');
