import type { ToolListAnswer } from '../client/answers.ts';
import { neutraliseLine } from '../output/neutralise.ts';
import type { Output } from '../output/output.ts';
import { formatTable, type Column } from '../output/table.ts';

const toolColumns: readonly Column[] = [
  { heading: 'TOOL' },
  { heading: 'FROM' },
  { heading: 'USE' },
  { heading: 'WHAT IT DOES', isFlexible: true },
];
const serverColumns: readonly Column[] = [
  { heading: 'SERVER' },
  { heading: 'STATE' },
  { heading: 'TOOLS', alignsRight: true },
  { heading: 'WHY', isFlexible: true },
];

/** The tools, and the MCP servers when there are any. */
export function printTools(output: Output, { items, servers }: ToolListAnswer): void {
  if (items.length === 0)
    output.line('There are none: no worker serves the queue of tools, or it has just begun.');
  else print(output, toolColumns, items.map(toolCells));
  if (servers.length > 0) print(output, serverColumns, servers.map(serverCells));
}

const toolCells = (tool: ToolListAnswer['items'][number]): readonly string[] => [
  neutraliseLine(tool.name),
  neutraliseLine(tool.source),
  [tool.isDefault ? 'all sessions' : 'where listed', ...(tool.needsApproval ? ['asks you'] : [])].join(', '),
  neutraliseLine(tool.description),
];

const serverCells = (server: ToolListAnswer['servers'][number]): readonly string[] => [
  neutraliseLine(server.name),
  neutraliseLine(server.state),
  String(server.tools),
  neutraliseLine(server.problem ?? ''),
];

function print(output: Output, columns: readonly Column[], rows: readonly (readonly string[])[]): void {
  const [heading = '', ...lines] = formatTable(columns, rows, output.columns);
  output.line(output.colours.dim(heading));
  for (const line of lines) output.line(line);
}
