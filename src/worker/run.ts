import type { WorkRequest, ResultOf, RequestOf, WorkKind } from '@shared/contract/work';
import { assertNever } from '@shared/domain/assertNever';
import { engineError } from './engine';
import type { JobContext } from './context';
import { compress } from './jobs/compress';
import { expand } from './jobs/expand';
import { exportIndex } from './jobs/export';
import { exportPlan } from './jobs/exportPlan';
import { inspect } from './jobs/inspect';
import { compare, measure } from './jobs/measure';
import { repair } from './jobs/repair';
import { sample } from './jobs/sample';
import { scan } from './jobs/scan';
import { sift } from './jobs/sift';
import { train } from './jobs/train';
import { tune } from './jobs/tune';

/**
 * Does one piece of work, in a worker process or on the command line.
 *
 * @throws VoronoiceError; anything else is a fault of ours
 */
export async function run<K extends WorkKind>(request: RequestOf<K>, context: JobContext): Promise<ResultOf<K>> {
  try {
    return await dispatch(request, context);
  } catch (error) {
    throw engineError(error);
  }
}

function dispatch(request: WorkRequest, context: JobContext): Promise<ResultOf<WorkKind>> {
  switch (request.kind) {
    case 'scan':
      return scan(request, context);
    case 'inspect':
      return inspect(request, context);
    case 'sample':
      return sample(request, context);
    case 'train':
      return train(request, context);
    case 'exportPlan':
      return exportPlan(request, context);
    case 'export':
      return exportIndex(request, context);
    case 'measure':
      return measure(request, context);
    case 'compare':
      return compare(request, context);
    case 'repair':
      return repair(request, context);
    case 'compress':
      return compress(request, context);
    case 'expand':
      return expand(request, context);
    case 'sift':
      return sift(request, context);
    case 'tune':
      return tune(request, context);
    default:
      return assertNever(request);
  }
}
