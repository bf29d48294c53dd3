import { trial } from '../trials.mjs';
import { vitest } from '../vitest.mjs';

/** Longer than this and a person feels that the window waits, in ms. */
const FELT = 50;

/** @type {import('../part.mjs').Part} */
export const load = {
  name: 'load',
  title: 'A great deal of everything',
  async run({ report }) {
    const held = await report.step('Voices, jobs, backups and log', () => vitest(['--project', 'load']));
    const app = await report.step('The app, with a library as large as any', () => trial('load', report));
    return { failed: held.failed + app.failed, figures: held.figures, app: app.figures };
  },
  page: ({ figures, app }) =>
    `What main holds, without a window: ${count(figures.voices)} voices, ${count(figures.jobs)} jobs one after the other with ${figures.waiting} waiting, ${count(figures.backups)} backups of
which ${figures.keptBackups} are to be kept, 100 MB of log. Its memory and its files stay what they were: ${figures.keptJobs} jobs are kept, ${figures.keptBackups} backups and
${(figures.logBytes / 1e6).toFixed(1)} MB of log; ${count(figures.jobs)} jobs add ${Math.max(0, figures.jobsMb)} MB to the memory and ${count(figures.journalGrowth)} bytes to the journal, looking at the library again ten times ${Math.max(0, figures.refreshMb)} MB.

The longest time in which main answers nothing else:

| while | ms | |
| --- | --: | --- |
${AWAY.map(([words, name]) => `| ${words} | ${figures[name]} | ${felt(figures[name])} |`).join('\n')}
${app === null ? '' : whole(app)}`,
};

const AWAY = /** @type {const} */ ([
  ['a library of 10,000 voices is taken in', 'addMs'],
  ['the page asks for all of it', 'getMs'],
  ['it is looked at again', 'refreshMs'],
  ['jobs begin and end', 'jobsMs'],
  ['50 measurements are kept beside 20,000', 'measuredMs'],
  ['a thousand backups are looked through', 'backupsMs'],
]);

/** @param {any} app What the app did with its window. */
const whole = (app) => `
The app itself, with a library of ${count(app.voices)} voices on the disk, one of them of ${count(app.files)} files and one of ${app.gigabytes} GB, ${count(app.ended)} jobs in
its journal and ${app.waiting} trainings in its queue, on two cores that other programs use, too, as does the disk:

| while | s | longest without an answer, ms | of it waiting for a processor, ms | main's own work at once, ms | memory of main, MB | |
| --- | --: | --: | --: | --: | --: | --- |
${app.stretches.map((/** @type {any} */ one) => `| ${one.name} | ${one.seconds} | ${one.longestMs} | ${one.queuedMs ?? ''} | ${one.workedMs ?? ''} | ${one.residentMb} | ${felt(one.longestMs - (one.queuedMs ?? 0))} |`).join('\n')}

Waiting for a processor is main's own, and that of the thread by which Electron wakes it. What is neither that nor work is waiting
for other threads, as while memory is collected, or for the disk; more than ${FELT} ms of it would be marked.

The last ten jobs took ${(app.lastJobsMs / 1000).toFixed(1)} s each, the first ten ${(app.firstJobsMs / 1000).toFixed(1)} s.
`;

/** @param {number} ms */
const felt = (ms) => (ms > FELT ? `more than the ${FELT} that a person feels` : '');

/** @param {number} value */
const count = (value) => value.toLocaleString('en');
