import { fitWidth, textWidth } from './width.ts';

export interface Column {
  readonly heading: string;
  /** Cells of a flexible column are cut where the terminal is too narrow. At most one makes sense. */
  readonly isFlexible?: boolean;
  readonly alignsRight?: boolean;
}

const gap = 2;
const leastFlexible = 12;

/** Lines of a table, the headings first. `columns` is the width of the terminal; undefined: as wide as it takes. */
export function formatTable(
  layout: readonly Column[],
  rows: readonly (readonly string[])[],
  columns: number | undefined,
): readonly string[] {
  const all = [layout.map(({ heading }) => heading), ...rows];
  const widths = columnWidths(layout, all, columns);
  return all.map((cells) =>
    layout
      .map((column, index) => formatCell(cells[index] ?? '', widths[index] ?? 0, column))
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}

function columnWidths(
  layout: readonly Column[],
  rows: readonly (readonly string[])[],
  columns: number | undefined,
): readonly number[] {
  const natural = layout.map((_, index) => Math.max(...rows.map((cells) => textWidth(cells[index] ?? ''))));
  if (columns === undefined) return natural;
  const total = natural.reduce((sum, width) => sum + width + gap, -gap);
  const excess = Math.max(0, total - columns);
  return natural.map((width, index) =>
    layout[index]?.isFlexible === true ? Math.max(Math.min(width, leastFlexible), width - excess) : width,
  );
}

function formatCell(text: string, width: number, { alignsRight = false }: Column): string {
  const fitted = fitWidth(text, width);
  const padding = ' '.repeat(width - textWidth(fitted));
  return alignsRight ? padding + fitted : fitted + padding;
}
