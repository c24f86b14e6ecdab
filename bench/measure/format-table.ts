import pico from 'picocolors';
import { isMet, ratioOf, type Measurement } from './measurement.ts';

const headings = ['', 'measured', 'floor', 'ratio', 'asked', ''] as const;

/** The measurements as aligned lines; what is missed is marked. */
export function formatTable(measurements: readonly Measurement[]): string {
  const rows = [headings, ...measurements.map(formatRow)];
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row, index) => formatLine(row, widths, index === 0)).join('\n');
}

function formatRow(measurement: Measurement): readonly string[] {
  const { what, value, floor, unit, note } = measurement;
  const ratio = ratioOf(measurement);
  const met = isMet(measurement);
  return [
    what,
    `${formatNumber(value)} ${unit}`,
    floor === undefined ? '' : `${formatNumber(floor)} ${unit}`,
    ratio === undefined ? '' : `${ratio.toFixed(2)} ×`,
    formatLimit(measurement),
    `${met === undefined ? '' : met ? 'ok' : 'MISSED'}${note === undefined ? '' : `  (${note})`}`,
  ];
}

function formatLimit({ limit, unit }: Measurement): string {
  if (limit === undefined) return '';
  const shown = limit.of === 'ratio' ? '×' : unit;
  return 'atMost' in limit ? `≤ ${limit.atMost} ${shown}` : `≥ ${limit.atLeast} ${shown}`;
}

function formatLine(cells: readonly string[], widths: readonly number[], isHeading: boolean): string {
  const line = cells
    .map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 || column === cells.length - 1 ? cell.padEnd(width) : cell.padStart(width);
    })
    .join('  ')
    .trimEnd();
  if (isHeading) return pico.dim(line);
  return line.includes('MISSED') ? pico.red(line) : line;
}

/** Three digits that matter. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return '?';
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}
