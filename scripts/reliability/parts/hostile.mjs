import { vitest } from '../vitest.mjs';

/** @type {import('../part.mjs').Part} */
export const hostile = {
  name: 'hostile',
  title: 'Hostile files',
  async run({ report }) {
    return report.step('Hostile files', () => vitest(['--project', 'unit', 'test/unit/hostile.test.ts']));
  },
  page: ({ failed, figures }) =>
    `Built by hand in \`test/hostile\`: each field 0, -1, the largest, one more and one less; cut after every byte; nested; files
of other kinds under the name. The answer to each is in \`test/hostile/expected.json\`.

| format | files tried |
| --- | --: |
${Object.entries(figures ?? {})
  .map(([format, tried]) => `| ${format} | ${Number(tried).toLocaleString('en')} |`)
  .join('\n')}

Answered otherwise than written down: ${failed}.
`,
};
