import { dirname, join, resolve } from 'node:path';

/** `--data DIR` or `--data=DIR` on a command line. */
const OPTION = '--data';

/** The app's own folder, without links, and those in it. */
export interface OwnFolders {
  readonly home: string;
  /** Where indexes are built while no other folder was chosen. */
  readonly builtRoot: string;
  readonly sampleRoot: string;
  readonly unpackedRoot: string;
  readonly tracesRoot: string;
  readonly takesRoot: string;
  readonly logRoot: string;
}

/** What decides where the app keeps its own. */
export interface Surroundings {
  /** What follows the program on its command line. */
  readonly args: readonly string[];
  readonly workingFolder: string;
  /** The program's file; null when it is not an installed one, which has no place of its own. */
  readonly program: string | null;
  readonly platform: NodeJS.Platform;
  readonly isFolder: (path: string) => boolean;
}

/**
 * The folder that holds all that the app keeps, when it is not the system's place for such: the one that was asked for,
 * else one named `data` beside the program. With it the app is portable: program and data move together.
 */
export function dataFolderOf({ args, workingFolder, program, platform, isFolder }: Surroundings): string | null {
  const asked = splitData(args).data;
  if (asked !== null) return resolve(workingFolder, asked);
  if (program === null) return null;
  const beside = join(programFolder(program, platform), 'data');
  return isFolder(beside) ? beside : null;
}

/** A command line without the folder of data, which is none to look for voices in. */
export function withoutData(args: readonly string[]): readonly string[] {
  return splitData(args).others;
}

function splitData(args: readonly string[]): { readonly data: string | null; readonly others: readonly string[] } {
  const at = args.findIndex((text) => text === OPTION || text.startsWith(`${OPTION}=`));
  const word = args[at];
  if (word === undefined) return { data: null, others: args };
  const isApart = word === OPTION;
  const data = isApart ? args[at + 1] : word.slice(OPTION.length + 1);
  return { data: data === undefined || data === '' ? null : data, others: args.toSpliced(at, isApart ? 2 : 1) };
}

/** Where a person sees the program: on a Mac it is a folder that looks like a file, with the program inside. */
function programFolder(program: string, platform: NodeJS.Platform): string {
  const folder = dirname(program);
  return platform === 'darwin' ? resolve(folder, '..', '..', '..') : folder;
}
