import { basename, join, resolve } from 'node:path';
import { VoronoiceError } from '@shared/contract/errors';
import { folderFor, numbered } from '@shared/domain/archive/place';
import type { RequestOf, ResultOf } from '@shared/jobs';
import { type JobContext, throwIfCancelled } from '../context';
import { unpackArchive } from '../voices/archive';
import { nameTaken, requireFreeSpace, transaction } from '../files/atomic';
import { realPath } from '../files/paths';

/**
 * Unpacks an archive into a folder of its own name below `root`; where that name is taken, with a number. All of it
 * happens or nothing.
 *
 * @throws `ARCHIVE_…`, `DISK_FULL`, `FOLDER_READ_ONLY`, `FILE_…`, `JOB_CANCELLED`
 */
export async function unpack(
  { archive, root: wantedRoot }: RequestOf<'unpack'>,
  { signal, progress }: JobContext<'unpack'>,
): Promise<ResultOf<'unpack'>> {
  const path = await realPath(archive);
  const root = resolve(wantedRoot);
  progress('copy', 0, 1);
  return transaction(async (files) => {
    let folder = root;
    const { files: written, bytes } = await unpackArchive(
      path,
      async (needed, write) => {
        await files.folder(root);
        await requireFreeSpace(root, needed);
        folder = await freeName(root, folderFor(basename(path)));
        const staged = await files.stage(folder, write);
        throwIfCancelled(signal);
        await files.move(staged, folder);
      },
      { signal, progress: (done, total) => progress('copy', done, total) },
    );
    return { folder, files: written, bytes };
  });
}

/** Archives called `model.zip` are many. */
const MOST_NAMESAKES = 10_000;

async function freeName(root: string, name: string): Promise<string> {
  for (let number = 1; number <= MOST_NAMESAKES; number++) {
    const folder = join(root, number === 1 ? name : numbered(name, number));
    if (!(await nameTaken(folder))) return folder;
  }
  throw new VoronoiceError('FILE_EXISTS', `There are too many folders named "${name}" in "${root}".`, { path: root });
}
