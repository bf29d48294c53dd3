import { CLI, ensureBuilt } from '../../build.mjs';
import { canMount } from '../disks.mjs';
import { trial } from '../trials.mjs';

/** @type {import('../part.mjs').Part} */
export const drive = {
  name: 'drive',
  title: 'A drive that does not answer',
  async run({ report }) {
    if (!canMount()) return { passed: 0, failed: 0, figures: null };
    await ensureBuilt(CLI, report);
    return report.step('A drive that hangs', () => trial('drive', report));
  },
  page: ({ failed, figures }) =>
    figures === null
      ? `Not tried: no drive can be mounted here.
`
      : `A drive whose every question stays without an answer, as one in a network whose server is gone, takes the place of a folder of
the library. After ${figures.toldAfter} s the app says that it cannot be reached, keeps what was found in it, and begins no work there; main
answers within ${figures.longestMs} ms all along. It closes in ${figures.closedAfter} s and starts in ${figures.startedAfter} s beside such a drive, and ${figures.backAfter} s after the drive
answers again everything is back.

Of a job that runs when its drive stops answering the list of jobs says so after ${figures.jobToldAfter} s; once it is cancelled it is given up
in ${figures.jobCancelledAfter} s, and the next one runs. A command that looks at such a drive ends after ${figures.scanEndedAfter} s with its sentence and exit
code, and one that is stopped by Ctrl-C in ${figures.stoppedAfter.toFixed(1)} s. Failed: ${failed}.
`,
};
