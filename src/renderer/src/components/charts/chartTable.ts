/** A picture's data as a table: what "Show as table" shows and "Save data" writes. */
export interface ChartTable {
  readonly columns: readonly string[];
  /** One cell per column. Numbers keep their full value; null is "not known". */
  readonly rows: readonly (readonly Cell[])[];
}

export type Cell = string | number | null;

/**
 * The table as CSV (RFC 4180), with the mark that tells spreadsheets it is UTF-8. A text that a spreadsheet would run
 * as a formula gets an apostrophe in front: file names are other people's.
 */
export function toCsv(table: ChartTable): string {
  const lines = [table.columns, ...table.rows].map((cells) => cells.map(csvCell).join(','));
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A file name from words: what Windows forbids becomes a hyphen. */
export function fileName(words: readonly string[], extension: 'csv' | 'png' | 'wav'): string {
  const stem = words
    .filter((word) => word !== '')
    .join('-')
    // eslint-disable-next-line no-control-regex -- Windows forbids control characters in names
    .replace(/[\u0000-\u001f\\/:*?"<>|\s]+/g, '-')
    .slice(0, 120);
  return `${stem}.${extension}`;
}
