const OPENING = 'test/unit/worker/openIndex.test.ts';
const TRAINING = 'test/interop/train.test.ts';
const BUILDING = 'test/unit/worker/jobs/train.test.ts';
const DATABASE = 'test/unit/main/library/database.test.ts';
const SCRATCH = 'test/native/scratch.test.ts';
const READING = 'test/unit/worker/files/randomAccess.test.ts';
const SURROUNDINGS = 'test/interop/surroundings.test.ts';
const WORKERS = 'test/unit/supervisor/processes.test.ts';

/**
 * Kinds of fault that an attack on version 1.0.0 has found, or that were found after it, and the tests that keep them away.
 *
 * @type {readonly Omit<import('../rules.mjs').Rule, 'id'>[]}
 */
export const FAULT_KINDS = [
  {
    text: 'FAISS follows fields that nothing bounds, and works as long as a file says',
    tests: [
      ['test/unit/hostile.test.ts', '%s: each is answered as written down'],
      [OPENING, 'refuses %s before the engine sees it'],
      [OPENING, 'refuses %s as material of a new index'],
      ['test/native/corrupt.test.ts', 'is refused with an efSearch of %d'],
      ['test/native/corrupt.test.ts', 'is refused with a k_factor of %d'],
    ],
    note: 'Both are held together by the fuzzer: part “gate”.',
  },
  {
    text: 'Values that are finite, and whose squares are not',
    tests: [
      ['test/native/kmeans.test.ts', 'values of %d: refused by whatever compares'],
      ['test/unit/shared/formats/faiss/container.test.ts', 'refuses a center with a %s'],
    ],
  },
  {
    text: 'Another file in the place of the one that was walked',
    tests: [
      [OPENING, 'does not open what was put in the place of the file it walked'],
      [OPENING, 'lets the engine read what was walked, wherever the name leads meanwhile'],
      [OPENING, 'lets go of a file that was %s while the engine read it'],
    ],
  },
  {
    text: 'A start that ends in silence, and a sound library that is set aside',
    tests: [
      ['test/e2e/startFails.test.ts', 'a start that meets ${name} ends with a dialog, and leaves no process'],
      [DATABASE, 'is left alone while another program holds it, and where it cannot be opened'],
      [DATABASE, 'is set aside when %s'],
    ],
  },
  {
    text: 'A full disk under the journal',
    tests: [
      [
        'test/unit/main/jobs/journal.test.ts',
        'jobs begin and end as ever, it is said once, and written when it can be',
      ],
    ],
  },
  {
    text: 'Sweeping what is not ours, and not sweeping',
    tests: [
      ['test/unit/main/jobs/requests.test.ts', 'W5: stays in the folder that was named'],
      ['test/unit/main/jobs/requests.test.ts', 'removes what a dead worker left, and nothing else'],
      [TRAINING, 'J2: because its worker dies: a sentence, exit code 1, and nothing is left'],
    ],
  },
  {
    text: 'What goes with an index before the index',
    tests: [
      [BUILDING, 'lets the index appear first, and what goes with it after'],
      [BUILDING, 'to overwrite an index, before any work when the name is known'],
      [BUILDING, 'to overwrite an index, before any work when its nprobe is yet to be chosen'],
    ],
  },
  {
    text: 'A limit of memory that writes for ever',
    tests: [
      [
        SCRATCH,
        'writes rows at most three times to read and mix them, however often the system brings them to the disk',
      ],
      [SCRATCH, 'stops mixing within a second, with every row still there'],
    ],
  },
  {
    text: 'Pipes and devices under the names of files',
    tests: [
      [READING, 'does not wait for %s'],
      ['test/unit/worker/jobs/scan.test.ts', 'waits for no %s under a name that it reads'],
      [OPENING, 'says that %s is not a file, and does not wait'],
    ],
  },
  {
    text: 'Wider rights than those of what a file is made of',
    tests: [
      ['test/unit/worker/rights.test.ts', 'of features are those of the index that is built of them'],
      ['test/unit/worker/rights.test.ts', 'stays theirs when it is repaired, replaced or its repair is undone'],
    ],
  },
  {
    text: 'An index behind a transform, of which no map could be drawn',
    tests: [['test/interop/measure.test.ts', 'is measured, without the story of a search']],
  },
  {
    text: 'Results among the features, where the next build takes them for material',
    tests: [
      [
        'test/unit/worker/steps/load.test.ts',
        'does not become material by lying among the features, under whatever name the folder goes',
      ],
    ],
  },
  {
    text: 'A drive that hangs',
    tests: [
      [
        WORKERS,
        'does not wait for a drive that hangs: says so, answers what else was asked, and takes another process',
      ],
      [WORKERS, 'is given up, so that its job ends and others begin'],
      [
        'test/unit/main/system/patience.test.ts',
        'does not wait for a drive that hangs, and asks it again only when it has answered',
      ],
      [
        'test/unit/supervisor/sweep.alone.test.ts',
        'does not wait for a drive that hangs, and says that something may be left there',
      ],
      [
        'test/unit/main/jobs/queue.test.ts',
        'says of what runs that a disk does not answer, until it does or the job ends',
      ],
      ['test/e2e/trials/drive.trial.ts', 'a drive that does not answer'],
      ['test/e2e/trials/drive.trial.ts', 'a job that runs when its drive stops answering'],
      ['test/e2e/trials/drive.trial.ts', 'a command beside a drive that does not answer'],
    ],
    note: 'The trials are part “drive”.',
  },
  {
    text: 'What a file says beyond all measure, which breaks the contract for the whole folder',
    tests: [
      [
        'test/unit/worker/jobs/scan.test.ts',
        'takes what a file says beyond all measure for nothing said, and finds the rest',
      ],
      [
        'test/unit/worker/jobs/unpack.test.ts',
        'is refused, and described all the same, where it says lengths that no number counts',
      ],
      ['test/unit/shared/contract/times.test.ts', 'the time of a file is a date, whatever the disk says: %d'],
      ['test/unit/worker/jobs/repair.test.ts', 'can be undone where the file is said to be from before 1970'],
    ],
    note: 'Part “readers” holds models against the contract, too.',
  },
  {
    text: 'Names in diagnostics, by another spelling or that nobody knows any more',
    tests: [
      ['test/unit/main/system/diagnostics.test.ts', 'is taken out when it is written %s'],
      [
        'test/unit/main/system/diagnostics.test.ts',
        'is taken out of paths, home folders and addresses in the same way',
      ],
      [
        'test/unit/main/system/diagnostics.test.ts',
        'is taken out of what is quoted in a log, also when nobody knows it',
      ],
      ['test/unit/main/system/diagnostics.test.ts', 'is found in whatever case each of its letters is'],
      [
        'test/unit/main/system/diagnostics.test.ts',
        'is found among those of 10,000 voices as soon as among those of ten',
      ],
      ['test/e2e/privacy.test.ts', 'diagnostics at the end of a full session name nobody and no place'],
    ],
  },
  {
    text: 'A library in which something means nothing',
    tests: [
      [
        'test/unit/main/library/nonsense.test.ts',
        'nonsense in a row of "%s" is passed over, and the page gets all else',
      ],
      [DATABASE, 'is set aside when %s'],
      ['test/security/windowOptions.test.ts', 'opens no larger than all screens together'],
    ],
  },
  {
    text: 'An output that nobody reads, a terminal that is closed, a folder that is gone',
    tests: [
      [SURROUNDINGS, 'does not mind when nobody reads what it prints'],
      [SURROUNDINGS, 'answers by its exit code where %s there to complain to'],
      [SURROUNDINGS, 'says that the disk takes no more of what it prints'],
      [SURROUNDINGS, 'says that the folder is gone in which it was called'],
      [SURROUNDINGS, 'takes back what it has begun when its terminal is closed'],
    ],
  },
  {
    text: 'Limits of addresses, files and processes, under which nothing ended or something lied',
    tests: [
      ['test/native/loader.test.ts', 'says so, where OpenBLAS would ask for memory without end'],
      ['test/unit/cli/fork.test.ts', 'that cannot be started is gone, by the name that the system gives to the reason'],
      ['test/unit/cli/fork.test.ts', 'that has just ended is told nothing, and nobody minds'],
      [WORKERS, 'is given up where its work never comes to its turn, and ended'],
      [WORKERS, 'that does not even start is not taken for a drive that hangs'],
      [SURROUNDINGS, 'leaves a folder where it was that it could not write into'],
      [
        'test/unit/worker/voices/installed.alone.test.ts',
        'looks for hosts also for somebody of whom the system knows no home',
      ],
    ],
  },
  {
    text: 'A clock that is set, and a computer that sleeps',
    tests: [
      [WORKERS, 'is not taken for silent because the clock on the wall was set'],
      [WORKERS, 'is not taken for silent after a sleep of the computer, in which nobody is heard'],
      ['test/unit/worker/voices/discover.alone.test.ts', 'may be set while a folder is looked through: all of it is'],
    ],
  },
  {
    text: 'Names that a terminal obeys, and that write lines of their own',
    tests: [
      ['test/unit/cli/program.test.ts', 'shows of a name what a terminal would obey'],
      ['test/unit/cli/program.test.ts', 'lets no name go on in a line of its own'],
      ['test/unit/worker/files/paths.test.ts', 'W4: but not %j'],
      ['test/unit/shared/domain/archive/place.test.ts', 'puts %j where every system takes it'],
      [
        'test/unit/main/system/system.test.ts',
        'lets no name write a line of its own, or move the cursor of who reads it',
      ],
    ],
  },
  {
    text: 'The app beside a command on one experiment',
    tests: [['test/e2e/trials/beside.trial.ts', 'the app beside a command, on one experiment']],
    note: 'Part “beside”.',
  },
];
