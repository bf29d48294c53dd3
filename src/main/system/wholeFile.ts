import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';

/**
 * Small files of the app's own: at every moment the old one or the new one, never half of it. Only one process writes them,
 * so one name for what is under construction will do: what a crash leaves is written over the next time.
 */
function underConstruction(path: string): string {
  return `${path}.tmp`;
}

/** Writes a few bytes at once, for what must be on the disk before anything else happens. */
export function writeWholeSync(path: string, content: string): void {
  const temporary = underConstruction(path);
  try {
    const file = openSync(temporary, 'w');
    try {
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** The same for what is not that small. */
export async function writeWhole(path: string, content: Uint8Array): Promise<void> {
  const temporary = underConstruction(path);
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
