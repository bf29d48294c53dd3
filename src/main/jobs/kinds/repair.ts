import { basename } from 'node:path';
import { VoronoiceError } from '@shared/contract/errors';
import { assertNever } from '@shared/domain/assertNever';
import { atNprobe } from '@shared/domain/measures/atNprobe';
import type { IndexFile, Voice } from '@shared/contract/voices';
import { linksTo } from '@shared/domain/voice/linked';
import type { ShelfEntry } from '@shared/contract/shelf';
import type { JobRequestOf, ResultOf } from '@shared/jobs';
import type { RepairChange } from '@shared/jobs/repair';
import type { MainKind, PrepareServices } from './kind';

export const repair: MainKind<'repair'> = {
  prepare: ({ kind, index: id, change }, _jobId, services) => {
    const { index, voice } = services.library.index(id);
    return {
      work: { kind, index: index.path, change: changeOf(change, index, voice, services), out: null },
      subject: index.name,
      voice: voice?.id ?? null,
    };
  },
  /** With another nprobe an index is still the one that was measured; the curve says what it finds now. */
  measured: ({ index: from, change }, { index: path, after, hash }, { library, measurements }) => {
    const before = library.indexAt(from);
    const latest = before === null ? null : measurements.ofIndex(before).latest;
    // A new hash is that of a file with another nprobe, put there or put back.
    if (latest === null || hash === null || after.nprobe === null) return [];
    // Taken back, it is as it was measured before, and that measurement knows more.
    const earlier = change.type === 'undo' ? measurements.ofHash(hash) : null;
    const measurement = earlier ?? atNprobe(latest, after.nprobe, after, hash);
    return measurement === null ? [] : [{ path, measurement }];
  },
  leaves: ({ backup }) => (backup === null ? [] : [{ kind: 'backup', path: backup }]),
  lookAgain: async ({ index: from, change }, value, { library, measurements, shelf, traces, written }, changed) => {
    const { index: to, hash } = value;
    const known = library.indexAt(from);
    if (change.type === 'name') {
      library.follow(from, to);
      written.follow(from, to);
    } else {
      const measured = known === null ? null : measurements.hashOf(known);
      if (measured !== null && hash !== null) await traces.follow(measured, hash);
    }
    await changed();
    const now = library.indexAt(to);
    if (change.type === 'name') measurements.follow(from, { path: to, name: basename(to), index: now?.id ?? null });
    if (known !== null && now !== null)
      shelf.follow(known, now, { repairedFrom: repairedFrom(shelf.of(known), value) });
  },
  result: (value, idAt) => ({ kind: 'repair', value, index: idAt(value.index) }),
};

/** The groups that were searched in the beginning; null where as many are searched again. */
function repairedFrom(
  { repairedFrom: first }: Pick<ShelfEntry, 'repairedFrom'>,
  { change, before, after }: ResultOf<'repair'>,
): number | null {
  if (change.type !== 'nprobe' && change.type !== 'undo') return first;
  const original = first ?? before?.nprobe ?? null;
  return original === after.nprobe ? null : original;
}

function changeOf(
  change: JobRequestOf<'repair'>['change'],
  index: IndexFile,
  voice: Voice | null,
  { library, job }: PrepareServices,
): RepairChange {
  switch (change.type) {
    case 'nprobe':
      return change;
    case 'name': {
      const links = linksTo(index, voice?.indexes ?? []).map(({ path }) => path);
      return links.length === 0 ? change : { ...change, links };
    }
    case 'link':
      return { type: 'link', target: library.index(change.target).index.path };
    case 'undo': {
      const { result } = job(change.job);
      if (result?.kind !== 'repair' || result.value.backup === null || result.value.index !== index.path)
        throw new VoronoiceError('BAD_REQUEST', 'This job has left nothing of this index to go back to.');
      return { type: 'undo', backup: result.value.backup };
    }
    default:
      return assertNever(change);
  }
}
