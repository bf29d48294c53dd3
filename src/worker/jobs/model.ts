import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { toFailure, VoronoiceError } from '@shared/contract/errors';
import type { Problem } from '@shared/contract/primitives';
import type { ModelFacts } from '@shared/contract/models';
import { fitOf } from '@shared/domain/voice/fit';
import type { RequestOf } from '@shared/jobs';
import type { ModelReport } from '@shared/jobs/model';
import type { JobContext } from '../context';
import { recognize } from '../voices/recognize';
import { embedderOf } from '../voices/training';
import { onFile } from '../files/fileErrors';
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
  { signal, progress }: JobContext<'model'>,
): Promise<ModelReport> {
  const path = await realPath(request.path);
  progress('read', 0, 1);
  const { size: bytes } = await onFile(path, 'read', () => stat(path));
  try {
    const facts = await readModelFile(path);
    const fit = request.index === null ? null : fitOf(facts, await indexOf(request.index, signal));
    progress('read', 1, 1);
    return { facts, bytes, problems: problemsOf(facts), fit };
  } catch (error) {
    if (!(error instanceof VoronoiceError) || !error.code.startsWith('MODEL_')) throw error;
    return { facts: null, bytes, problems: [toFailure(error)], fit: null };
  }
}

async function indexOf(
  asked: string,
  signal: AbortSignal,
): Promise<{ readonly dimension: number; readonly embedder: string | null }> {
  const path = await realPath(asked);
  const { dimension } = await readIndexFacts(path, signal);
  const [voice] = await recognize(dirname(path));
  return { dimension, embedder: voice === undefined ? null : await embedderOf(voice) };
}

/** One English sentence each, for logs and the command line. */
const NO_VOICE = {
  training: 'This is a training under way: a generator with its optimizer.',
  pretrained: 'This is a model to start a training from.',
  discriminator: 'This is a discriminator, the half of a training that only judges.',
  other: 'This is a file of PyTorch, but no model of RVC.',
} as const satisfies Record<Exclude<ModelFacts['what'], 'voice'>, string>;

function problemsOf({ what }: ModelFacts): Problem[] {
  return what === 'voice' ? [] : [{ code: 'MODEL_NOT_VOICE', message: NO_VOICE[what], details: { what } }];
}
