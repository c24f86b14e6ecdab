import { createToolActivities } from '../../activities/call-tool.ts';
import { openToolbox } from '../../tools/toolbox.ts';
import type { Tool, ToolCall } from '../../tools/tool.ts';
import type { ToolActivities } from '../../workflows/protocol.ts';

/** A tool that does as it is told. */
export const createScriptedTool = (
  name: string,
  run: (args: Readonly<Record<string, unknown>>, call: ToolCall) => Promise<string> | string,
  change: Partial<Tool> = {},
): Tool => ({
  name,
  description: `The tool ${name}.`,
  parameters: { type: 'object' },
  isIdempotent: false,
  needsApproval: false,
  run: async (args, call) => run(args as Readonly<Record<string, unknown>>, call),
  ...change,
});

/** What the queue of tools does with these. */
export const createScriptedTools = (tools: readonly Tool[], callMs = 60_000): ToolActivities =>
  createToolActivities({ toolbox: openToolbox(tools, []), usual: 'all', callMs });
