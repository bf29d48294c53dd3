import type { ModelFacts } from '../../contract/models';
import type { Fit } from '../../jobs/model';

/** What is known of the index that shall go with a model. */
export interface FitIndex {
  readonly dimension: number;
  /** What made the features it is of; null: not known. */
  readonly embedder: string | null;
}

/**
 * Whether an index fits a model: both must be of features with as many numbers (256 for v1, 768 for v2), made by the
 * same embedder. 768 numbers of two embedders mean different things, and no host checks that: Applio writes the embedder
 * into the model and into `model_info.json`, RVC knows only one.
 */
export function fitOf(model: Pick<ModelFacts, 'what' | 'dimension' | 'embedder'>, index: FitIndex): Fit {
  if (model.what !== 'voice') return { fits: 'no', reason: 'noVoice', model: model.what, index: index.dimension };
  if (model.dimension === null) return { fits: 'unknown' };
  if (model.dimension !== index.dimension) {
    return { fits: 'no', reason: 'dimension', model: model.dimension, index: index.dimension };
  }
  if (model.embedder !== null && index.embedder !== null && model.embedder !== index.embedder) {
    return { fits: 'no', reason: 'embedder', model: model.embedder, index: index.embedder };
  }
  return { fits: 'yes' };
}
