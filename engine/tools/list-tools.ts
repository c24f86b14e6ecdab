import { mayUseTool, type KnownTool, type ToolSource } from '../../domain/tools/tool-definition.ts';
import { listToolSources } from '../../store/tool-sources.ts';
import { requireOwner, type Caller } from '../caller.ts';
import type { Engine } from '../engine.ts';

/** Every tool that models may be offered, and how the sources are that they come from. */
export interface ToolList {
  readonly tools: readonly ListedTool[];
  readonly sources: readonly ToolSource[];
}
export interface ListedTool extends KnownTool {
  readonly source: string;
  /** Whether sessions may use it that say nothing themselves. */
  readonly isUsual: boolean;
}

/** What workers told of last; nothing while none serves the queue of tools. Throws `forbidden`. */
export async function listTools(engine: Engine, caller: Caller): Promise<ToolList> {
  requireOwner(caller, 'see the tools');
  const sources = await listToolSources(engine.database, engine.now());
  const tools = sources.flatMap((source) =>
    source.tools.map((tool) => ({
      ...tool,
      source: source.name,
      isUsual: mayUseTool(tool.definition.name, null, engine.usualTools),
    })),
  );
  return { tools, sources };
}
