import { trial } from '../trials.mjs';

/** @type {import('../part.mjs').Part} */
export const app = {
  name: 'app',
  title: 'The app, killed and started again',
  run: ({ report }) => report.step('Main and workers, killed at every step', () => trial('restart', report)),
  page: ({
    passed,
    failed,
    figures,
  }) => `Main, or the process of a job, is killed in every state of a job and at every step of a build, ${figures?.kills ?? 0} times in
all. After the next start the list of jobs says what became of it, nothing half-made is left, what waited is done, and the
same work can be done again: ${passed} tests passed, ${failed} failed.
`,
};
