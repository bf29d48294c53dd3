const WRITING = 'test/unit/worker/files/atomic.alone.test.ts';
const AT_ONCE = 'test/interop/atOnce.test.ts';
const TRAINING = 'test/interop/train.test.ts';
const QUEUE = 'test/unit/main/jobs/queue.test.ts';
const SETTINGS = 'test/unit/main/library/settings.test.ts';
const DATABASE = 'test/unit/main/library/database.test.ts';

/** @type {readonly import('../rules.mjs').Rule[]} */
export const LASTING_RULES = [
  {
    id: 'W1',
    text: 'A file is the old one or the whole new one, whatever happens when',
    tests: [
      [WRITING, 'W1: between any two steps leaves each file old or new, and the old one is never lost'],
      ['test/unit/main/system/wholeFile.alone.test.ts', 'is on the disk before it takes the place of the old one'],
      [TRAINING, 'by kill -9 while %s: its worker takes everything back, and it can be run again'],
      [
        'test/unit/worker/jobs/takeBackCut.alone.test.ts',
        'that is killed right %s any step is finished by the same request',
      ],
    ],
    note: 'Random kills of every command: part “kills”.',
  },
  {
    id: 'W2',
    text: 'Any call of the file system may fail: everything is as it was, and the reason is said',
    tests: [
      [WRITING, 'W2: leaves everything as it was when any call fails with %s'],
      ['test/faults/faults.test.ts', 'each call of the file system that fails leaves the old state or the new one'],
    ],
  },
  {
    id: 'W3',
    text: 'The room that is needed is asked for first',
    tests: [
      [WRITING, 'W3: says how much is needed and how much there is'],
      [
        'test/interop/disks.test.ts',
        'a repair and a hand-over are refused with a sentence, or done, and no file is mixed',
      ],
      ['test/unit/shared/domain/recipes/forecast.test.ts', 'knows the exact size and never guesses a time'],
    ],
  },
  {
    id: 'W4',
    text: 'A name that some system does not take is refused',
    tests: [['test/unit/worker/files/paths.test.ts', 'W4: but not %j']],
  },
  {
    id: 'W5',
    text: 'What is written and swept stays in the folder that was named, and bears the mark of who wrote it',
    tests: [
      ['test/unit/main/jobs/requests.test.ts', 'W5: stays in the folder that was named'],
      ['test/unit/main/jobs/requests.test.ts', 'removes what a dead worker left, and nothing else'],
    ],
  },
  {
    id: 'W6',
    text: 'Settings and library survive damage and other versions',
    tests: [
      [SETTINGS, 'W6: that are cut anywhere are read whole or set aside, and never read in part'],
      [SETTINGS, 'of a newer version hold as far as they are known, and are left alone'],
      [DATABASE, 'that is cut anywhere is read whole or set aside, and never read in part'],
      [DATABASE, 'whose last writing is cut anywhere has all that was written before, in its order'],
      [DATABASE, 'is set aside when a page in the middle is damaged'],
      [DATABASE, 'of a newer version is refused and left alone'],
      [DATABASE, 'is left alone while another program holds it, and where it cannot be opened'],
    ],
  },
  {
    id: 'W7',
    text: 'Of two that write the same, one is refused, and nothing is mixed',
    tests: [
      [TRAINING, 'W7: by another that does the same: one of them builds it, and the other says that it is there'],
      [AT_ONCE, 'hand over under one name: what both wrote and what was there is there, whole'],
      [AT_ONCE, 'repair one index: it is as one of them wants it, or as it was'],
      [AT_ONCE, 'measure an index that its host writes anew all the time: the figures are of one of its states'],
    ],
    note: 'There is no lock: names are taken in one step.',
  },
  {
    id: 'J1',
    text: 'A job is cancelled at every step within five seconds, and leaves nothing',
    tests: [[TRAINING, 'J1: by Ctrl-C while %s: exit code 4 within 5 seconds, and nothing is left']],
  },
  {
    id: 'J2',
    text: 'A worker that dies ends its job with a sentence, and the job can be run again',
    tests: [
      [TRAINING, 'J2: because its worker dies: a sentence, exit code 1, and nothing is left'],
      [QUEUE, 'sweeps after a crash and goes on'],
      [QUEUE, 'what ran is interrupted, swept, and can run again; what waited waits for a word'],
      [
        'test/e2e/crash.test.ts',
        'F8: work that dies is told in words, leaves nothing half-made, and can be done again',
      ],
    ],
  },
  {
    id: 'J3',
    text: 'Progress never falls, and is whole at the end only',
    tests: [
      [
        'test/unit/shared/jobs/progress.test.ts',
        'J3: never falls, never leaves 0..1, and reaches 1 only at the end of the last step',
      ],
    ],
  },
  {
    id: 'J4',
    text: 'The same features, recipe and seed give the same bytes',
    tests: [[TRAINING, 'J4: the same seed gives the same bytes, another seed others']],
  },
  {
    id: 'J5',
    text: 'Quitting asks while a job runs, and the computer stays awake',
    tests: [
      ['test/unit/main/lifecycle.test.ts', 'J5: asks once while a job runs, and stays open when the person says so'],
      [
        'test/unit/main/window/window.test.ts',
        'keep the computer awake from the first to the last, fill the taskbar, and are told of once',
      ],
    ],
  },
  {
    id: 'J6',
    text: 'Time is measured by a clock that never goes back',
    tests: [[QUEUE, 'J6: goes by a clock that never goes back']],
  },
  {
    id: 'E1',
    text: 'Without its engine the app opens, looks at indexes, and says why it cannot build',
    tests: [
      [
        'test/e2e/errors.test.ts',
        'E1: without the engine the app opens, looks at indexes, and says why it cannot build',
      ],
    ],
  },
  {
    id: 'E2',
    text: 'Any name of a folder will do',
    tests: [
      ['test/e2e/mainRoad.test.ts', 'E2: from the first start to an index that RVC finds, and back after a restart'],
    ],
  },
];
