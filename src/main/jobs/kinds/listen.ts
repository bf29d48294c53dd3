import { dirname, join } from 'node:path';
import { VoronoiceError } from '@shared/contract/errors';
import type { JobRequestOf } from '@shared/jobs';
import { traceOf } from '../../library/traces';
import type { MainKind, PrepareServices } from './kind';

export const listen: MainKind<'listen'> = {
  prepare: ({ kind, indexes: ids, clip, nprobe }, jobId, services) => {
    const { library, pointed, takes } = services;
    const found = ids.map((id) => library.index(id));
    const voice = found.find((known) => known.voice !== null)?.voice ?? null;
    if (voice === null) throw new VoronoiceError('NO_FEATURES', 'The index belongs to no voice that could be heard.');
    return {
      work: {
        kind,
        indexes: found.map((known) => ({ path: known.index.path, trace: traceOf(known, services) })),
        clip: clipOf(clip, services),
        voice: { path: voice.path, pointed: pointed.of(voice.id) },
        nprobe,
        out: takes.of(jobId),
      },
      subject: voice.name,
      voice: voice.id,
    };
  },
  repeat: (work, jobId) => ({ ...work, out: join(dirname(work.out), jobId) }),
  result: ({ seconds, takes, traced }) => ({
    kind: 'listen',
    seconds,
    takes: takes.map(({ name, logMelDb }) => ({ name, logMelDb })),
    traced: traced.share,
  }),
};

function clipOf(
  clip: JobRequestOf<'listen'>['clip'],
  { library, pointed, tokens }: PrepareServices,
): { readonly path: string; readonly pointed: string | null } {
  if (clip.type === 'token') return { path: tokens.take(clip.token, ['folder']).path, pointed: null };
  const { id, featuresPath } = library.voice(clip.voice);
  if (featuresPath === null) throw new VoronoiceError('NO_FEATURES', 'This voice has no features.');
  return { path: join(featuresPath, clip.file), pointed: pointed.of(id) };
}
