import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { toFailure, VoronoiceError } from '@shared/contract/errors';
import { type FitIndex, fitIndexOf, fitOf } from '@shared/domain/voice/fit';
import type { RequestOf } from '@shared/jobs';
import type { ModelReport } from '@shared/jobs/model';
import type { JobContext } from '../context';
import { modelProblem } from '../voices/modelFiles';
import { recognize } from '../voices/recognize';
import { readVoice } from '../voices/voice';
import { onFile } from '@shared/contract/systemErrors';
import { readIndexFacts } from '../files/indexFile';
import { readModelFile } from '../files/modelFile';
import { realPath } from '../files/paths';

/**
 * What a model file says of itself and what speaks against it, and whether the index that is named fits it. A file that
 * is no model is an answer, not a failure.
 *
 * @throws `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_CHANGED`, and of the index what reading its facts throws
 */
export async function model(
  request: RequestOf<'model'>,
  { signal, progress, leftOut }: JobContext<'model'>,
): Promise<ModelReport> {
  const path = await realPath(request.path);
  progress('read', 0, 1);
  const { size: bytes, mtimeMs: modified } = await onFile(path, 'read', () => stat(path));
  try {
    const facts = await readModelFile(path);
    const index = request.index === null ? null : await indexOf(request.index, { signal, leftOut });
    const problem = modelProblem(facts);
    progress('read', 1, 1);
    return {
      facts,
      bytes,
      problems: problem === null ? [] : [problem],
      fit: index === null ? null : fitOf({ ...facts, modified }, index),
    };
  } catch (error) {
    if (!(error instanceof VoronoiceError) || !error.code.startsWith('MODEL_')) throw error;
    return { facts: null, bytes, problems: [toFailure(error)], fit: null };
  }
}

async function indexOf(
  asked: string,
  { signal, leftOut }: Pick<JobContext<'model'>, 'signal' | 'leftOut'>,
): Promise<FitIndex> {
  const path = await realPath(asked);
  const { dimension } = await readIndexFacts(path, signal);
  const unknown: FitIndex = { dimension, embedder: null, outdated: null };
  const [place] = await recognize(dirname(path));
  if (place === undefined) return unknown;
  const voice = await readVoice(
    place,
    null,
    { indexes: [], models: [] },
    {},
    { home: null, built: [], signal, leftOut },
  );
  const index = voice.indexes.find((candidate) => candidate.path === path);
  return (index === undefined ? null : fitIndexOf(index, voice)) ?? { ...unknown, embedder: voice.embedder };
}
