import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import type { Paint, Style } from './io.ts';
import { printable } from './text.ts';

export interface Cell {
  readonly text: string;
  readonly style?: Style;
}

export interface Column {
  readonly title: string;
  readonly align?: 'right';
}

const GAP = '  ';
const MIN_LAST_COLUMN = 24;

/**
 * Rows under their titles. The last column takes the width that is left, in as many lines as it needs; without a width
 * (no terminal) each row is one line, so that other programs can read it.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  paint: Paint,
  width?: number,
): string[] {
  const titles = columns.map(({ title }): Cell => ({ text: title.toUpperCase(), style: 'bold' }));
  const cleaned = [titles, ...rows].map((row) =>
    row.map((cell): Cell => ({ ...cell, text: printable(cell.text) })),
  );
  const shown = columns.flatMap((_, i) => (cleaned.slice(1).some((row) => textAt(row, i) !== '') ? [i] : []));
  const last = shown.at(-1) ?? 0;
  const widths = columns.map((_, i) => Math.max(...cleaned.map((row) => stringWidth(textAt(row, i)))));
  const before = shown.slice(0, -1).reduce((sum, i) => sum + (widths[i] ?? 0) + GAP.length, 0);
  const rest = width === undefined ? Infinity : Math.max(width - before, MIN_LAST_COLUMN);
  return cleaned.flatMap((row) => {
    const first = shown.slice(0, -1).map((i) => {
      const text = textAt(row, i);
      const fill = ' '.repeat((widths[i] ?? 0) - stringWidth(text));
      const painted = paint(text, row[i]?.style);
      return (columns[i]?.align === 'right' ? fill + painted : painted + fill) + GAP;
    });
    const lines = wrap(textAt(row, last), rest).map((line) => paint(line, row[last]?.style));
    return lines.map((line, i) => ((i === 0 ? first.join('') : ' '.repeat(before)) + line).trimEnd());
  });
}

function textAt(row: readonly Cell[], index: number): string {
  return row[index]?.text ?? '';
}

function wrap(text: string, width: number): string[] {
  return width === Infinity ? [text] : wrapAnsi(text, width, { hard: true }).split('\n');
}
