import { vitest } from '../vitest.mjs';

/** @type {import('../part.mjs').Part} */
export const faults = {
  name: 'faults',
  title: 'Every call of the file system fails',
  async run({ report }) {
    return report.step('Every call fails, in every way', () =>
      vitest(['--project', 'native-faults'], { FAULTS_EVERY: '1' }),
    );
  },
  page: ({ figures }) =>
    `Each kind of job that writes, and everything that main itself writes, is done again and again while one call of the file
system is refused, each in turn: \`EIO\`, \`ENOSPC\`, \`EPERM\`, \`EBUSY\`, \`EXDEV\`, \`EMFILE\`, and \`ENOSPC\` from then on.
The calls of Node, of the engine and of SQLite are refused alike, below all of them (\`test/faults/shim.c\`). Afterwards everything
is as it was or as it is to be, no temporary is left, the journal can be read, and the reason is one of the closed list.

${figures.jobs} ways to write of jobs and ${figures.writers} of main, ${figures.refused.toLocaleString('en')} calls refused: ${figures.undone.toLocaleString('en')} times everything was taken back, ${figures.done.toLocaleString('en')} times it was done all the same. Faults: ${figures.faults}.

Where files have one name each and links are refused, as on FAT, every way to write of jobs comes to the same end, and so it does
where names are not told apart by case, as on most disks of Windows and of a Mac; there, too, it is the shim that makes the disk
so. Voices, indexes, hand-overs and archives whose names differ by case alone meet there in \`test/faults/case.test.ts\`.
`,
};
