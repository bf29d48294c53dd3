import type { SiftRequest, SiftResult } from '@shared/contract/work';
import type { JobContext } from '../job';

export function sift(_request: SiftRequest, _context: JobContext): Promise<SiftResult> {
  return Promise.reject(new Error('to be written'));
}
