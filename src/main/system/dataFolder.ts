import { posix, win32 } from 'node:path';

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
  const path = platform === 'win32' ? win32 : posix;
  const asked = splitData(args).data;
  if (asked !== null) return path.resolve(workingFolder, asked);
  if (program === null) return null;
  // On a Mac the program is seen as a file, which is a folder with the program inside.
  const folder = platform === 'darwin' ? path.resolve(program, '..', '..', '..', '..') : path.dirname(program);
  const beside = path.join(folder, 'data');
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
  const next = args[at + 1];
  // Another option is no folder.
  const isApart = word === OPTION && next !== undefined && !next.startsWith('-');
  const data = isApart ? next : word.slice(OPTION.length + 1);
  return { data: data === '' ? null : data, others: args.toSpliced(at, isApart ? 2 : 1) };
}
