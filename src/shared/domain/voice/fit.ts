import type { Fit, ModelFacts } from '../../contract/models';
import type { IndexFile, Voice } from '../../contract/voices';

/** What is known of the index that shall go with a model. */
export interface FitIndex {
  readonly dimension: number;
  /** What made the features it is of; null: not known. */
  readonly embedder: string | null;
  /** When the voice got other frames than the index was made of, in ms since 1970; null: it has not, or nobody knows. */
  readonly outdated: number | null;
}

/** What is known of a model for that. */
export interface FitModel extends Pick<ModelFacts, 'what' | 'dimension' | 'embedder'> {
  /** Ms since 1970. */
  readonly modified: number;
}

/**
 * Whether an index fits a model: both must be of features with as many numbers (256 for v1, 768 for v2), made by the
 * same embedder. 768 numbers of two embedders mean different things, and no host checks that: Applio writes the embedder
 * into the model and into `model_info.json`, RVC knows only one. A model that was saved after the voice had changed has
 * learned what an index of before does not hold.
 */
export function fitOf(model: FitModel, index: FitIndex): Fit {
  if (model.what !== 'voice') return { fits: 'no', reason: 'noVoice', model: model.what, index: index.dimension };
  if (model.dimension === null) return { fits: 'unknown' };
  if (model.dimension !== index.dimension) {
    return { fits: 'no', reason: 'dimension', model: model.dimension, index: index.dimension };
  }
  if (model.embedder !== null && index.embedder !== null && model.embedder !== index.embedder) {
    return { fits: 'no', reason: 'embedder', model: model.embedder, index: index.embedder };
  }
  if (index.outdated !== null && model.modified >= index.outdated) return { fits: 'doubtful', reason: 'age' };
  return { fits: 'yes' };
}

/** The same of an index of the library; null when the file does not say what it is. */
export function fitIndexOf(
  { facts, stale }: Pick<IndexFile, 'facts' | 'stale'>,
  voice: Pick<Voice, 'embedder' | 'featuresModified'> | null,
): FitIndex | null {
  if (facts === null) return null;
  const outdated = stale === null || stale.reason === 'version' ? null : (voice?.featuresModified ?? null);
  return { dimension: facts.dimension, embedder: voice?.embedder ?? null, outdated };
}
