import type { BuildOptions } from '@shared/contract/build';
import type { BuildRecord, SelectionReport } from '@shared/contract/record';
import type { Vectors } from './vectors';

/** How an index was made of what. */
export function recordOf(
  options: BuildOptions,
  { compression, expansion, origins }: Vectors,
  selection: SelectionReport | null,
): BuildRecord {
  return { format: 1, options: optionsOf(options), compression, expansion, selection, origins: [...origins] };
}

/** Of a request, only the options. */
function optionsOf({
  recipe,
  factory,
  metric,
  nprobe,
  kFactor,
  compression,
  expansion,
  selection,
}: BuildOptions): BuildOptions {
  return { recipe, factory, metric, nprobe, kFactor, compression, expansion, selection };
}

/** An ordinary index says everything itself. */
export function isWorthKeeping({ compression, expansion, selection, origins }: BuildRecord): boolean {
  return compression !== null || expansion !== null || selection !== null || origins.length > 0;
}
