import { targetTable } from './words.mjs';

/**
 * docs/benchmarks.md.
 *
 * @param {object} results
 * @param {string} results.date `YYYY-MM-DD`.
 * @param {string} results.machine As a list in Markdown.
 * @param {Readonly<Record<string, any>>} results.measured By name of the section.
 * @param {readonly import('./section.mjs').Section[]} sections
 * @returns {string} Markdown; Prettier aligns its tables.
 */
export function page({ date, machine, measured }, sections) {
  const known = sections.filter(({ name }) => measured[name] !== undefined);
  const goals = known.flatMap(({ name, targets }) => targets(measured[name]));
  const parts = known.map(({ name, title, page: body }) => `## ${title}\n\n${body(measured[name])}`);
  return `# Benchmarks

Written by \`npm run bench\` on ${date}. \`npm run bench -- --only <name>\` measures one section again: ${known.map(({ name }) => name).join(', ')}.

${machine}

## Goals

Ratios of the same run: both sides in turn, on the same machine. What misses its goal is explained by a profile.

${targetTable(goals)}

${parts.join('\n')}`;
}
