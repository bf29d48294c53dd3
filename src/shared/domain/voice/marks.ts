import type { Mark } from '../../contract/sound';

/** A stretch of rows that are one file of features; see `Piece` of the worker. */
export interface MarkedPiece {
  readonly name: string;
  /** Position among the sources. */
  readonly source: number;
  readonly rows: number;
}

/** The same frames in order of file and time, with nothing named twice. */
export function joinMarks(marks: readonly Mark[]): Mark[] {
  const joined: Mark[] = [];
  for (const mark of [...marks].sort(inOrder)) {
    const last = joined.at(-1);
    if (last !== undefined && last.file === mark.file && last.source === mark.source && mark.from <= last.to) {
      joined[joined.length - 1] = { ...last, to: Math.max(last.to, mark.to) };
    } else joined.push(mark);
  }
  return joined;
}

/** Locale has no say: the order is the same everywhere. */
function inOrder(left: Mark, right: Mark): number {
  const bySource = (left.source ?? -1) - (right.source ?? -1);
  const byFile = left.file < right.file ? -1 : left.file > right.file ? 1 : 0;
  return bySource || byFile || left.from - right.from;
}

/**
 * Rows that marks are about, as far as there are such files and frames.
 *
 * @param pieces the rows, one stretch after the other
 * @returns Not 0 for a marked row
 */
export function markedRows(marks: readonly Mark[], pieces: readonly MarkedPiece[]): Uint8Array {
  const marked = new Uint8Array(pieces.reduce((sum, { rows }) => sum + rows, 0));
  const byFile = new Map<string, Mark[]>();
  for (const mark of marks) {
    const others = byFile.get(mark.file);
    if (others === undefined) byFile.set(mark.file, [mark]);
    else others.push(mark);
  }
  let start = 0;
  for (const { name, source, rows } of pieces) {
    for (const mark of byFile.get(name) ?? []) {
      if (mark.source !== undefined && mark.source !== source) continue;
      marked.fill(1, start + Math.min(mark.from, rows), start + Math.min(mark.to, rows));
    }
    start += rows;
  }
  return marked;
}
