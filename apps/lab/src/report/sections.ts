/** @file What a report is made of. */

/** A curve through points. */
export interface Curve {
  readonly name: string;
  /** Which of several pictures side by side it belongs to. */
  readonly panel?: string | undefined;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** Curves over common axes. */
export interface Picture {
  readonly kind: 'picture';
  readonly title: string;
  readonly caption?: string | undefined;
  /** What the axes show. */
  readonly x: string;
  readonly y: string;
  readonly curves: readonly Curve[];
}

/** Rows of words and numbers. */
export interface Table {
  readonly kind: 'table';
  readonly title: string;
  readonly caption?: string | undefined;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** A part of a report. */
export type Section = Picture | Table;

/** A number as people read it: four digits that matter. */
export function readable(value: string | number): string {
  if (typeof value === 'string') return value;
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 1000
    ? value.toFixed(0)
    : Math.abs(value) < 0.001
      ? value.toExponential(2)
      : String(Number(value.toPrecision(4)));
}

/** Whether a column holds words; an empty cell is no word. */
export const isWords = ({ rows }: Pick<Table, 'rows'>, column: number): boolean =>
  rows.some((row) => typeof row[column] === 'string' && row[column] !== '');

/** A table for the terminal. */
export function tableText({ columns, rows }: Pick<Table, 'columns' | 'rows'>): string {
  const cells = [columns, ...rows].map((row) => row.map(readable));
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => (row[i] ?? '').length)));
  const isText = columns.map((_, i) => isWords({ rows }, i));
  return cells
    .map((row) =>
      row
        .map((cell, i) => (isText[i] ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
