import type { QueueAnswer } from '../client/answers.ts';
import { neutraliseLine } from '../output/neutralise.ts';
import type { Output } from '../output/output.ts';
import { formatSpan } from '../output/relative-time.ts';
import { formatTable, type Column } from '../output/table.ts';
import { formatLimits } from './format-limits.ts';

const runningColumns: readonly Column[] = [
  { heading: 'RUNNING', isFlexible: true },
  { heading: 'WHAT' },
  { heading: 'MODEL' },
  { heading: 'FOR', alignsRight: true },
  { heading: 'TOKENS', alignsRight: true },
];
const waitingColumns: readonly Column[] = [
  { heading: 'WAITING', isFlexible: true },
  { heading: 'WHAT' },
  { heading: 'AHEAD', alignsRight: true },
  { heading: 'FOR', alignsRight: true },
  { heading: 'WHY' },
];
const reasons: Readonly<Record<string, string>> = {
  slots: 'all slots are taken',
  rate: 'calls a second',
  tokens: 'tokens a minute',
  backoff: 'the provider failed',
};

/** The calls that run and wait, what was used in the last minute, and the limits of each provider. */
export function printQueue(output: Output, queue: QueueAnswer, now: number): void {
  const { running, waiting, rates } = queue;
  if (running.length + waiting.length === 0) output.line('Nothing runs and nothing waits.');
  if (running.length > 0)
    print(
      output,
      runningColumns,
      running.map((call) => runningCells(call, now)),
    );
  if (waiting.length > 0)
    print(
      output,
      waitingColumns,
      waiting.map((call) => waitingCells(call, now)),
    );
  const used = `${rates.requests.toLocaleString('en')} calls, ${rates.tokens.toLocaleString('en')} tokens`;
  output.line(`Last minute: ${used}.`);
  for (const provider of queue.providers) {
    const { name, limits } = provider;
    output.line(neutraliseLine(`Limits of ${name}: ${formatLimits(limits)}.${healthOf(provider, now)}`));
  }
}

function healthOf({ state, since }: QueueAnswer['providers'][number], now: number): string {
  if (state === 'failing') return ' It fails at the moment.';
  if (state !== 'open') return '';
  const span = since === null ? '' : ` for ${ageOf(since, now)}`;
  return ` It has failed every call${span}; calls wait while one at a time tries it.`;
}

const runningCells = (call: QueueAnswer['running'][number], now: number): readonly string[] => [
  neutraliseLine(call.session),
  whatOf(call),
  neutraliseLine(call.model ?? ''),
  ageOf(call.since, now),
  call.tokens.toLocaleString('en'),
];

const waitingCells = (call: QueueAnswer['waiting'][number], now: number): readonly string[] => [
  neutraliseLine(call.session),
  whatOf(call),
  String(call.place),
  ageOf(call.since, now),
  neutraliseLine(reasons[call.reason] ?? call.reason) + againIn(call.retryAt, now),
];

const whatOf = ({ kind, turn }: { readonly kind: string; readonly turn: number }): string =>
  kind === 'reply' ? `turn ${turn}` : neutraliseLine(kind);

const ageOf = (since: string, now: number): string => formatSpan(Math.max(0, now - Date.parse(since)));

const againIn = (retryAt: string | undefined, now: number): string =>
  retryAt === undefined ? '' : `, again in ${formatSpan(Math.max(0, Date.parse(retryAt) - now))}`;

function print(output: Output, columns: readonly Column[], rows: readonly (readonly string[])[]): void {
  const [heading = '', ...lines] = formatTable(columns, rows, output.columns);
  output.line(output.colours.dim(heading));
  for (const line of lines) output.line(line);
}
