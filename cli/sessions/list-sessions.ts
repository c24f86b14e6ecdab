import { Option, type Command } from 'commander';
import type { SessionAnswer, SessionPage } from '../client/answers.ts';
import type { CommandIo } from '../command-io.ts';
import { neutraliseLine } from '../output/neutralise.ts';
import { openOutput, type Output } from '../output/output.ts';
import { formatRelativeTime } from '../output/relative-time.ts';
import { formatStatus, formatTitle } from '../output/session-status.ts';
import { formatTable } from '../output/table.ts';
import { fitWidth } from '../output/width.ts';
import { wholeNumber } from '../parse-number.ts';

interface ListOptions {
  readonly status: string;
  readonly query?: string;
  readonly tag?: string;
  readonly channel?: string;
  readonly sort: string;
  readonly limit: number;
  readonly cursor?: string;
  readonly json?: true;
}

export function listCommand(parent: Command, io: CommandIo): void {
  parent
    .command('list')
    .alias('ls')
    .description('list sessions, the newest first; pinned ones are above the others')
    .addOption(
      new Option('--status <status>', 'which sessions; "active" has the pinned ones too')
        .choices(['active', 'archived', 'pinned', 'all'])
        .default('active'),
    )
    .option('-q, --query <words>', 'only those with the words in title, tags or messages')
    .option('--tag <tag>', 'only those with the tag')
    .option('--channel <name>', 'only those of the channel')
    .addOption(
      new Option('--sort <order>', 'the order').choices(['recent', 'created', 'title']).default('recent'),
    )
    .option('--limit <n>', 'how many at once', wholeNumber(1, 200), 50)
    .option('--cursor <cursor>', 'go on where the last page ended')
    .option('--json', 'print {items, nextCursor, counts}')
    .action((options: ListOptions) => listSessions(io, options));
}

async function listSessions(io: CommandIo, options: ListOptions): Promise<void> {
  const page = await io.openClient().call<SessionPage>('GET', `/api/sessions?${queryOf(options).toString()}`);
  const output = openOutput(io.output);
  if (options.json) return output.json(page);
  printPage(output, page);
  const hints = openOutput(io.errors);
  hints.line(hints.colours.dim(summaryOf(page, options)));
  if (page.nextCursor !== null) hints.line(`More with --cursor ${neutraliseLine(page.nextCursor)}`);
}

function queryOf({ status, query, tag, channel, sort, limit, cursor }: ListOptions): URLSearchParams {
  const wanted = { status, q: query, tag, channel, sort, limit: String(limit), cursor };
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(wanted)) if (value !== undefined) parameters.set(name, value);
  return parameters;
}

function printPage(output: Output, { items }: SessionPage): void {
  if (items.length === 0) return;
  const now = Date.now();
  const rows = items.map((session) => [
    session.key,
    formatTitle(session),
    formatStatus(session),
    formatRelativeTime(session.lastMessageAt, now),
  ]);
  const [heading = '', ...lines] = formatTable(
    [
      { heading: 'KEY' },
      { heading: 'TITLE', isFlexible: true },
      { heading: 'STATUS' },
      { heading: 'LAST MESSAGE' },
    ],
    rows,
    output.columns,
  );
  output.line(output.colours.dim(heading));
  for (const [index, line] of lines.entries()) {
    output.line(line);
    const hit = items[index]?.hit;
    if (hit !== undefined) output.line(`    ${formatHit(output, hit)}`);
  }
}

/** The snippet, what was searched for in bold. It is cut before it is coloured: escapes have no width. */
function formatHit(output: Output, { snippet, ranges }: NonNullable<SessionAnswer['hit']>): string {
  const shown = output.columns === undefined ? snippet : fitWidth(snippet, output.columns - 4);
  const parts: string[] = [];
  let end = 0;
  for (const [from, to] of ranges) {
    parts.push(
      neutraliseLine(shown.slice(end, from)),
      output.colours.bold(neutraliseLine(shown.slice(from, to))),
    );
    end = to;
  }
  return [...parts, neutraliseLine(shown.slice(end))].join('');
}

function summaryOf({ items, counts }: SessionPage, { query, tag, channel }: ListOptions): string {
  const totals = `${counts.active} active (${counts.pinned} pinned), ${counts.archived} archived`;
  if (items.length > 0) return totals;
  const isFiltered = query !== undefined || tag !== undefined || channel !== undefined;
  return `${isFiltered ? 'No session fits.' : 'No sessions here.'} There are ${totals}.`;
}
