import { join } from 'node:path';
import * as v from 'valibot';
import { NOTHING_LEFT_OUT, type Selection } from '@shared/contract/build';
import { VoronoiceError } from '@shared/contract/errors';
import { fileName } from '@shared/contract/primitives';
import type { Voice } from '@shared/contract/voices';
import { usableName } from '@shared/domain/hosts/names';
import { DEFAULT_SEED } from '@shared/domain/maths/random';
import type { JobRequestOf } from '@shared/jobs';
import { MERGED } from '@shared/jobs/scan';
import type { MainKind, PrepareServices } from './kind';

/** Where indexes lie that were built of an index that belongs to no voice. */
const LOOSE = 'loose';

export const train: MainKind<'train'> = {
  prepare: (request, jobId, { library, marks, traces, built, memoryLimit }) => {
    const { kind, sources, name, totalFea, selection, ...options } = request;
    const [first, ...others] = sources.map((source) => sourceOf(source, library));
    if (first === undefined) throw new VoronoiceError('BAD_REQUEST', 'There is nothing to build of.');
    const called = name ?? (others.length === 0 ? null : [first, ...others].map((source) => source.name).join('-'));
    const merged = others.length === 0 ? null : folderName(called);
    return {
      work: {
        kind,
        sources: [first, ...others].map(({ path, weight }) => ({ path, weight })),
        ...options,
        selection: withMarks(selection, request.sources, marks),
        seed: DEFAULT_SEED,
        name: called ?? (first.voice === null ? null : usableName(first.voice.name)),
        out: join(built.current, ...(merged === null ? [first.voice?.id ?? LOOSE] : [MERGED, merged]), jobId),
        totalFea,
        measure: true,
        traces: traces.folder,
        memoryLimit: memoryLimit(),
      },
      subject: merged ?? first.name,
      voice: merged === null ? (first.voice?.id ?? null) : null,
    };
  },
  repeat: (work, jobId) => ({ ...work, out: join(work.out, '..', jobId) }),
  note: (value, { rates, engine }) => {
    rates.record(value);
    engine.report(null);
  },
  measured: (_work, { index, measurement }) => (measurement === null ? [] : [{ path: index, measurement }]),
  lookAgain: async ({ sources, out, recipe }, { index }, { library, shelf }, changed) => {
    await changed();
    // What was merged is a voice of its own; what was built of an index of no voice lies where no voice is looked for.
    if (library.indexAt(index) === null) await library.add(sources.length > 1 ? join(out, '..', '..') : index);
    const built = library.indexAt(index);
    if (built !== null) shelf.set(built, { recipe });
  },
  recipe: ({ recipe }) => recipe,
  result: ({ measurement: _apart, ...value }, idAt) => ({ kind: 'train', value, index: idAt(value.index) }),
};

/** The folder of a merged voice, which has its name. @throws NAME_INVALID */
function folderName(name: string | null): string {
  if (v.is(fileName, name) && !/^\.+$/.test(name)) return name;
  throw new VoronoiceError('NAME_INVALID', `"${name}" cannot be the name of a voice.`, { name });
}

/** What is marked in the voices is left out, beside what else is. */
function withMarks(
  selection: Selection | null,
  sources: JobRequestOf<'train'>['sources'],
  marks: PrepareServices['marks'],
): Selection | null {
  const marked = sources.flatMap(({ type, id }, source) =>
    type === 'voice' ? marks.get(id).map((mark) => ({ ...mark, source })) : [],
  );
  if (marked.length === 0) return selection;
  const chosen = selection ?? NOTHING_LEFT_OUT;
  return { ...chosen, moments: [...chosen.moments, ...marked] };
}

function sourceOf(
  { type, id, weight }: JobRequestOf<'train'>['sources'][number],
  library: PrepareServices['library'],
): { readonly path: string; readonly weight: number | null; readonly name: string; readonly voice: Voice | null } {
  if (type === 'voice') {
    const voice = library.voice(id);
    return { path: voice.path, weight, name: voice.name, voice };
  }
  const { index, voice } = library.index(id);
  return { path: index.path, weight, name: index.name, voice };
}
