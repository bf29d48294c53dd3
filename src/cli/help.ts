import type { Command } from './args';

const PROGRAM = 'npm run -s voronoice --';

const GENERAL = `Voronoice on the command line: builds the search index of an RVC voice and says whether it is good.

  ${PROGRAM} <command> [options]

  train <folder>     build the index of a voice
  tune <folder>      try several ways to build it and say which is best
  expand <folder>    build it of frames blended with their nearest ones (alpha query expansion)
  compress <folder>  reduce the frames to few vectors
  merge <a> <b> …    build one index of several voices
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

const SELECTION_HELP = `  --drop FILE        leave a file out; may be given several times
  --drop-silence     leave out frames that are the same as the one before
  --drop-duplicates  leave out frames that are the same as any before
  --drop-outliers P  leave out this share of the frames, those farthest from all others (at most 0.5)`;

const BUILD_HELP = `  --recipe R         balanced (default): RVC's groups, and the smallest nprobe that leaves no frame without neighbors
                     best: larger groups, searched until 99 % of the true neighbors are found
                     small: one vector for two frames, at most 10,000, each number rounded to a byte
                     rvc: exactly RVC's rules; applio: exactly Applio's
  --factory STR      FAISS index factory string, instead of the recipe's
  --metric M         l2 (default), ip or cosine; hosts need l2
  --nprobe N         groups a search looks into, instead of the recipe's choice
  --k-factor F       candidates that RFlat looks at again, as a multiple of those asked for
  --compress N       reduce the frames to N vectors first; none: not even where the recipe would
  --compress-method  minibatch (default) or kmeans
  --alpha A          blend frames with their nearest ones, weighted by cosine to this power (3 is usual)
  --neighbours K     that many (10 is usual)
  --no-self          without the frame itself
  --no-restore-norm  leave the result at norm 1; RVC then sounds wrong
  --repeat N         expand N times
  --exact            find the neighbors by comparing every pair
${SELECTION_HELP}
  --max-memory MB    keep the frames in a scratch file when they need more
  --seed S           seed of the shuffle (default 1234): the same seed gives the same file
  --name EXP         name of the voice in the file name (default: the folder's)
  --out DIR          where the index goes (default: beside what it is made of)
  --total-fea        write total_fea.npy as well
  --json             print one JSON object
`;

const COMMAND_HELP: Readonly<Record<Command, string>> = {
  train: `Builds the index of a voice.

  ${PROGRAM} train <folder> [options]

  <folder>           an experiment (logs/<name> of RVC or Applio) or a folder of .npy features

${BUILD_HELP}
  --recipe auto      look for the best way first, then build it, with
    --budget S       seconds to look (default 120)
    --max-size MB    largest file
    --max-ms MS      longest search per second of audio
    --min-quality Q  share of moments that must sound the same or nearly so, 0 to 1
`,
  tune: `Tries several ways to build an index on a part of the voice, and says which is best within the limits.

  ${PROGRAM} tune <folder> [options]

  --budget S         seconds to try (default 120)
  --max-size MB      largest file
  --max-ms MS        longest search per second of audio, in milliseconds
  --min-quality Q    share of moments that must sound the same or nearly so, 0 to 1
  --seed S           chooses the part and the frames that ask (default 1234)
  --json             print one JSON object
`,
  expand: `Blends every frame with its nearest ones (alpha query expansion) and builds an index of the result. Experimental.

  ${PROGRAM} expand <folder|index> --alpha A --neighbours K --out DIR [options]

  --by PATH          expand the frames of <folder> by these vectors instead, and write them as .npy files into --out

${BUILD_HELP}`,
  compress: `Reduces the frames of a voice to the centers of k-means, in one .npy file.

  ${PROGRAM} compress <folder> --clusters N --out FILE.npy [options]

  --method M         minibatch (default): as RVC and Applio do; kmeans: slower and closer
${SELECTION_HELP}
  --max-memory MB    keep the frames in a scratch file when they need more
  --seed S           (default 1234)
  --json             print one JSON object
`,
  merge: `Builds one index of several voices. Their features must have the same dimension and embedder.

  ${PROGRAM} merge <a> <b> … --out DIR [options]

  <a> <b> …          experiments, folders of .npy features or indexes, up to 8
  --share 0.5,0.5    part of each; as many frames are kept as that allows (default: every frame of each)

${BUILD_HELP}`,
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
