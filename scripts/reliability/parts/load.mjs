import { vitest } from '../vitest.mjs';

/** Longer than this and a person feels that the window waits, in ms. */
const FELT = 50;

/** @type {import('../part.mjs').Part} */
export const load = {
  name: 'load',
  title: 'A great deal of everything',
  async run({ report }) {
    return report.step('Voices, jobs, backups and log', () => vitest(['--project', 'load']));
  },
  page: ({ figures }) =>
    `What main holds, without a window: ${count(figures.voices)} voices, ${count(figures.jobs)} jobs one after the other with ${figures.waiting} waiting, ${count(figures.backups)} backups of
which ${figures.keptBackups} are to be kept, 100 MB of log. Its memory and its files stay what they were: ${figures.keptJobs} jobs are kept, ${figures.keptBackups} backups and
${(figures.logBytes / 1e6).toFixed(1)} MB of log; ${count(figures.jobs)} jobs add ${Math.max(0, figures.jobsMb)} MB to the memory and ${count(figures.journalGrowth)} bytes to the journal, looking at the library again ten times ${Math.max(0, figures.refreshMb)} MB.

The longest time in which main answers nothing else:

| while | ms | |
| --- | --: | --- |
${AWAY.map(([words, name]) => `| ${words} | ${figures[name]} | ${figures[name] > FELT ? `more than the ${FELT} that a person feels` : ''} |`).join('\n')}
`,
};

const AWAY = /** @type {const} */ ([
  ['a library of 10,000 voices is taken in', 'addMs'],
  ['the page asks for all of it', 'getMs'],
  ['it is looked at again', 'refreshMs'],
  ['jobs begin and end', 'jobsMs'],
  ['a thousand backups are looked through', 'backupsMs'],
]);

/** @param {number} value */
const count = (value) => value.toLocaleString('en');
