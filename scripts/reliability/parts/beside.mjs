import { CLI, ensureBuilt } from '../../build.mjs';
import { trial } from '../trials.mjs';

/** @type {import('../part.mjs').Part} */
export const beside = {
  name: 'beside',
  title: 'The app beside a command',
  async run({ report }) {
    await ensureBuilt(CLI, report);
    return report.step('The app and a command, on one experiment', () => trial('beside', report));
  },
  page: ({
    failed,
    figures,
  }) => `The app and a command build of one experiment, hand over under one name and repair one index, ${figures?.rounds ?? 0} times each and at
the same time. Of ${(figures?.handedOver ?? 0) + (figures?.refused ?? 0)} hand-overs ${figures?.handedOver ?? 0} were done and ${figures?.refused ?? 0} refused with a sentence; every file is one of those that were handed
over, to the bit. Of ${2 * (figures?.rounds ?? 0)} repairs ${figures?.repaired ?? 0} were done; the index is each time as one of both wants it. Failed: ${failed}.
`,
};
