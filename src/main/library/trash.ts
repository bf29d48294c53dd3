import { VoronoiceError } from '@shared/contract/errors';

/** Moves a file to the system's trash; rejects where there is none. */
export type Trash = (path: string) => Promise<void>;

/** @throws NO_TRASH */
export async function moveToTrash(path: string, trash: Trash): Promise<void> {
  await trash(path).catch((error: unknown) => {
    throw new VoronoiceError('NO_TRASH', `"${path}" cannot be moved to the trash.`, { path }, { cause: error });
  });
}
