import type { Command } from './args';

const PROGRAM = 'npm run -s voronoice --';

const GENERAL = `Voronoice on the command line: builds the search index of an RVC voice and says whether it is good.

  ${PROGRAM} <command> [options]

  train <folder>     build the index of a voice
  inspect <index>    say what an index file is and what speaks against it
  measure <index>    say how good an index is, in figures
  compare <index> …  measure two to four indexes by the same frames
  repair <index>     store another number of groups to search
  scan <folder>      list the voices and indexes in a folder
  export <index>     put an index where RVC or Applio looks for it
  sample             make the features of a voice to try things on

  --help, -h         this text, or with a command what it can do
  --version, -V      the version

Progress goes to the error output. With --json the output is exactly one JSON object.
Exit codes: 0 done, 1 our fault, 2 wrong usage, 3 input refused, 4 cancelled.
`;

const COMMAND_HELP: Readonly<Record<Command, string>> = {
  train: `Builds the index of a voice.

  ${PROGRAM} train <folder> [options]

  <folder>           an experiment (logs/<name> of RVC or Applio) or a folder of .npy features

  --recipe R         balanced (default): RVC's rules, and the smallest nprobe that leaves no frame without neighbors
                     rvc: exactly RVC's rules; applio: exactly Applio's
  --nprobe N         groups a search looks into, instead of the recipe's choice
  --seed S           seed of the shuffle (default 1234): the same seed gives the same file
  --name EXP         name of the voice in the file name (default: the folder's)
  --out DIR          where the index goes (default: the experiment's folder)
  --total-fea        write total_fea.npy as well
  --json             print one JSON object
`,
  inspect: `Says what an index file is, without the engine.

  ${PROGRAM} inspect <index> [--json]
`,
  measure: `Says how good an index is: which share of the true neighbors it finds, how often one is missing, what a search
costs, and how many groups are worth searching.

  ${PROGRAM} measure <index> [options]

  --features DIR     the features it was made from; some of their frames ask, each leaving itself out
  --queries DIR      other features that ask, e.g. of the singer who will be converted
  --nprobe 1,2,4     values to measure (default: 1, 2, 4, … 64 and the stored one)
  --most N           frames that ask at most (default 2,000)
  --seed S           chooses the frames (default 1234)
  --json             print one JSON object

  Without features or queries, stored vectors ask; such figures flatter and are called optimistic.
`,
  compare: `Measures two to four indexes by the same frames and says which is better, and where they are level.

  ${PROGRAM} compare <index> <index> [<index> <index>] [--features DIR] [--queries DIR] [--most N] [--seed S] [--json]
`,
  repair: `Stores another number of groups to search. The index is not trained again; the original is kept as a backup.

  ${PROGRAM} repair <index> --nprobe N|auto [options]

  --nprobe N         the number, or "auto" for the one that a measurement suggests
  --features DIR     the features it was made from, for "auto"
  --out FILE         write the mended index here and leave the original alone
  --json             print one JSON object
`,
  scan: `Lists the voices and indexes in a folder: a host's own folder, its logs, one experiment or a folder of .npy files.

  ${PROGRAM} scan <folder> [--json]
`,
  export: `Copies an index to where a host looks for it, and opens the copy again. What it replaces stays as a backup.

  ${PROGRAM} export <index> --host rvc|applio --root DIR --name EXP [options]

  --host H           rvc or applio
  --root DIR         the host's own folder, the one that holds "logs"
  --name EXP         experiment (RVC) or model (Applio)
  --set-aside        keep other indexes of this voice under a backup name, so that the host does not load them
  --json             print one JSON object
`,
  sample: `Makes the features of a voice that does not exist, to try things on.

  ${PROGRAM} sample [options]

  --out DIR          folder that will hold logs/<name> (default: sample-voice)
  --name NAME        name of the voice (default: sample)
  --minutes M        length (default: 3)
  --version V        v1 (256 columns) or v2 (768, default)
  --seed S           another seed is another voice
  --json             print one JSON object
`,
};

export function helpText(command: Command | null): string {
  return command === null ? GENERAL : COMMAND_HELP[command];
}
