import type { Selection } from '@shared/contract/build';
import type { SelectionReport } from '@shared/contract/record';
import type { Engine } from '../engine';
import type { JobContext } from '../job';
import type { Material } from './material';

/** Rows that a selection leaves out, beside those that are not finite. */
export interface Selected {
  /** Ascending. */
  readonly dropped: Int32Array;
  readonly report: SelectionReport;
}

export function selectFrames(
  _engine: Engine,
  _material: Material,
  _nonFinite: Int32Array,
  _selection: Selection,
  _seed: number,
  _context: JobContext,
): Promise<Selected> {
  return Promise.reject(new Error('to be written'));
}
