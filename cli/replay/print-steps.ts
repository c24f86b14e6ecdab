import { neutraliseLine } from '../output/neutralise.ts';
import type { Output } from '../output/output.ts';
import { formatSpan } from '../output/relative-time.ts';
import { formatTable } from '../output/table.ts';
import type { StepAnswer } from './load-timeline.ts';

/** A line for each step: its number, time (UTC), turn, kind, what happened, and how long it had waited. */
export function printSteps(output: Output, steps: readonly StepAnswer[]): void {
  const layout = [
    { heading: 'N', alignsRight: true },
    { heading: 'TIME' },
    { heading: 'TURN', alignsRight: true },
    { heading: 'KIND' },
    { heading: 'WHAT HAPPENED', isFlexible: true },
    { heading: 'WAITED', alignsRight: true },
  ];
  const [heading = '', ...lines] = formatTable(layout, steps.map(stepCells), output.columns);
  output.line(output.colours.dim(heading));
  for (const line of lines) output.line(line);
}

const stepCells = ({ n, at, turn, kind, title, waitedMs }: StepAnswer): readonly string[] => [
  String(n),
  formatMoment(at),
  turn === null ? '' : String(turn),
  neutraliseLine(kind),
  neutraliseLine(title),
  waitedMs === undefined ? '' : formatSpan(waitedMs),
];

/** `2026-01-31 12:00:00.123`: turns are told apart by milliseconds. */
export function formatMoment(at: string): string {
  const time = Date.parse(at);
  return Number.isNaN(time)
    ? neutraliseLine(at)
    : new Date(time).toISOString().slice(0, 23).replace('T', ' ');
}
