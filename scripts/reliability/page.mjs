import { mendedList } from './mended.mjs';
import { faultTable, ruleTable } from './rules.mjs';

/**
 * docs/reliability.md is what is known: a part that is done again takes the place of its section, the others stay as they are.
 *
 * @param {string} page
 * @returns {Map<string, string>} The text of each section by its title.
 */
export function sectionsIn(page) {
  const [, ...parts] = page.split(/^## (.+)\n/m);
  const titles = parts.filter((_, at) => at % 2 === 0);
  return new Map(titles.map((title, at) => [title, (parts[2 * at + 1] ?? '').trim()]));
}

/**
 * What a part has found, to be put into the page.
 *
 * @param {import('./part.mjs').Part} part
 * @param {any} result
 * @param {string} date
 * @param {string | undefined} before What its section says until now.
 * @returns {{ section: string, kept: string | null }} `kept`: why the section stays as it was.
 */
export function sectionOf({ lesser, page }, result, date, before) {
  const kept = before === undefined || result.failed > 0 ? null : (lesser?.(result, before) ?? null);
  if (before !== undefined && kept !== null) return { section: before, kept };
  return { section: `${page(result)}\nMeasured on ${date}.`, kept: null };
}

/**
 * @param {readonly import('./part.mjs').Part[]} parts
 * @param {ReadonlyMap<string, string>} sections By title; what there is none of is left out.
 * @returns {string} Markdown; Prettier aligns its tables.
 */
export function pageOf(parts, sections) {
  const measured = parts.flatMap(({ title }) => {
    const text = sections.get(title);
    return text === undefined ? [] : [`## ${title}\n\n${text}`];
  });
  return `# Reliability

Written by \`npm run reliability\`; \`-- --minutes <n>\` goes on for longer, \`-- --only <part>\` does one part again:
${parts.map(({ name }) => name).join(', ')}.

${measured.join('\n\n')}

## Found and mended

${mendedList()}

## Where each promise is tested

${ruleTable()}

## Where each kind of fault is kept away

${faultTable()}
`;
}
