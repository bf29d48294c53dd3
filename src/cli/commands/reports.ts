import type { CompressionReport, ExpansionReport, SelectionReport } from '@shared/contract/record';
import { count } from '../words';

/** One line each of what was done to the frames. */

export function compressionLine({ vectors, unused, meanSquaredDistance }: CompressionReport): string {
  const left = unused === 0 ? '' : `; ${count(unused)} that no frame was nearest to were left out`;
  return `Compressed to ${count(vectors)} vectors, ${meanSquaredDistance.toPrecision(4)} from a frame to its center (mean squared distance)${left}.`;
}

export function expansionLine({ alpha, neighbors, strength, restoreNorms }: ExpansionReport): string {
  const norms = restoreNorms ? '' : ' The norms were not restored: RVC would sound wrong with this.';
  return `Expanded with ${neighbors} neighbors, alpha ${alpha}: half of the frames keep a cosine of ${strength.median.toFixed(3)} or more to what they were.${norms}`;
}

export function selectionLine({ speaker, frames, kept, dropped }: SelectionReport): string {
  const { moments, files, silence, duplicates, outliers } = dropped;
  const of = speaker === undefined ? '' : `Of speaker ${speaker} only. `;
  return `${of}${count(frames - kept)} of ${count(frames)} frames left out: ${count(moments)} marked, ${count(files)} in files, ${count(silence)} silent, ${count(duplicates)} repeated, ${count(outliers)} far from all others.`;
}
