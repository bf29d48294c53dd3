/** Rows of equal height with equal gaps, of which only those near the window are drawn. All lengths in CSS pixels. */
export interface GridShape {
  readonly count: number;
  readonly columns: number;
  readonly rowHeight: number;
  readonly gap: number;
}

/** As many columns as fit side by side, each at least so wide; one at least. `minWidth` 0: rows. */
export function columnsIn(
  width: number,
  { minWidth, gap }: { readonly minWidth: number; readonly gap: number },
): number {
  return minWidth === 0 ? 1 : Math.max(1, Math.floor((width + gap) / (minWidth + gap)));
}

export function gridHeight({ count, columns, rowHeight, gap }: GridShape): number {
  const rows = Math.ceil(count / columns);
  return rows === 0 ? 0 : rows * (rowHeight + gap) - gap;
}

/** The places, first and past the last, of the rows that a stretch of the grid touches. */
export function placesIn(
  { count, columns, rowHeight, gap }: GridShape,
  { from, to }: { readonly from: number; readonly to: number },
): { readonly first: number; readonly end: number } {
  const step = rowHeight + gap;
  const end = Math.min(count, Math.max(0, Math.ceil(to / step)) * columns);
  return { first: Math.min(end, Math.max(0, Math.floor(from / step)) * columns), end };
}

/** Where a key leads from a place; null when the key means nothing here. `page`: rows that fit the window. */
export function placeAfter(
  key: string,
  place: number,
  { count, columns, page }: { readonly count: number; readonly columns: number; readonly page: number },
): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -columns * page,
    PageDown: columns * page,
    Home: -place,
    End: count - 1 - place,
  };
  const step = steps[key];
  return step === undefined ? null : Math.min(count - 1, Math.max(0, place + step));
}
