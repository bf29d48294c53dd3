import { basename } from 'node:path';
import { VoronoiceError } from '@shared/contract/errors';
import { assertNever } from '@shared/domain/assertNever';
import { atNprobe } from '@shared/domain/measures/atNprobe';
import type { JobRequestOf } from '@shared/jobs';
import type { RepairChange } from '@shared/jobs/repair';
import type { MainKind, PrepareServices } from './kind';

export const repair: MainKind<'repair'> = {
  prepare: ({ kind, index: id, change }, _jobId, services) => {
    const { index, voice } = services.library.index(id);
    return {
      work: { kind, index: index.path, change: changeOf(change, index.path, services), out: null },
      subject: index.name,
      voice: voice?.id ?? null,
    };
  },
  /** With another nprobe an index is still the one that was measured; the curve says what it finds now. */
  measured: ({ index: from }, { index: path, after, hash }, { library, measurements }) => {
    const before = library.indexAt(from);
    const latest = before === null ? null : measurements.ofIndex(before).latest;
    // A new hash is that of a file with another nprobe, put there or put back.
    if (latest === null || hash === null || after.nprobe === null) return [];
    const measurement = atNprobe(latest, after.nprobe, after, hash);
    return measurement === null ? [] : [{ path, measurement }];
  },
  lookAgain: async ({ index: from, change }, { index: to, hash }, { library, measurements, traces }, changed) => {
    if (change.type !== 'name') {
      const before = library.indexAt(from);
      const measured = before === null ? null : measurements.hashOf(before);
      if (measured !== null && hash !== null) await traces.follow(measured, hash);
      return changed();
    }
    library.follow(from, to);
    await changed();
    measurements.follow(from, { path: to, name: basename(to), index: library.indexAt(to)?.id ?? null });
  },
  result: (value, idAt) => ({ kind: 'repair', value, index: idAt(value.index) }),
};

function changeOf(
  change: JobRequestOf<'repair'>['change'],
  path: string,
  { library, job }: PrepareServices,
): RepairChange {
  switch (change.type) {
    case 'nprobe':
    case 'name':
      return change;
    case 'link':
      return { type: 'link', target: library.index(change.target).index.path };
    case 'undo': {
      const { result } = job(change.job);
      if (result?.kind !== 'repair' || result.value.backup === null || result.value.index !== path)
        throw new VoronoiceError('BAD_REQUEST', 'This job has left nothing of this index to go back to.');
      return { type: 'undo', backup: result.value.backup };
    }
    default:
      return assertNever(change);
  }
}
