/** What follows a file's name in that of its backup: a mark that nobody else's files bear. */
export const BACKUP = '.backup-';

const NAME = /\.backup-\d{8}-\d{6}(-\d+)?(\.json)?$/;

/** Whether a file has the name of a backup, `<file>.backup-YYYYMMDD-HHMMSS`, or of a note that takes a change back. */
export function isBackupName(name: string): boolean {
  return NAME.test(name);
}

/** The file that a backup was made of. */
export function backedUp(path: string): string {
  return path.replace(NAME, '');
}
