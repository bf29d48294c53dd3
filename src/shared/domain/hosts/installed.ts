import { HOST_LIST } from './index';

/** Folders in a person's own one in which programs usually lie. */
export const USUAL_FOLDERS: readonly (readonly string[])[] = [
  [],
  ['Desktop'],
  ['Documents'],
  ['Downloads'],
  ['AI'],
  ['Programs'],
  ['pinokio', 'api'],
];

/** Where else they lie on Windows: at the top of a drive. */
export const USUAL_DRIVES: readonly string[] = ['C:\\', 'D:\\', 'E:\\', 'F:\\'];

/** Whether a folder is called as people call that of a host. */
export function mayBeHost(folderName: string): boolean {
  return HOST_LIST.some(({ installed }) => installed.folder.test(folderName));
}

/** The program or script of a host among the first words of a command line; null when it is none of a host. */
export function hostProgram(command: readonly string[]): string | null {
  const isProgram = (word: string): boolean => {
    const name = word.split(/[\\/]/).at(-1) ?? '';
    return HOST_LIST.some(({ installed: { own, common } }) => own.includes(name) || common.includes(name));
  };
  // Python and its options come before the script.
  return command.slice(0, 4).find(isProgram) ?? null;
}
