import type { TuneRequest, TuneResult } from '@shared/contract/work';
import type { JobContext } from '../job';

export function tune(_request: TuneRequest, _context: JobContext): Promise<TuneResult> {
  return Promise.reject(new Error('to be written'));
}
