import { createToolActivities } from '../activities/call-tool.ts';
import type { ToolsConfig } from '../config/tools-config.ts';
import { sessionStatus } from '../domain/session-facts.ts';
import { listVisibleSessions } from '../engine/sessions/list-visible-sessions.ts';
import type { Database } from '../store/database.ts';
import { listToolSources, saveToolSet, saveToolSources } from '../store/tool-sources.ts';
import { createNowTool } from '../tools/built-in/now.ts';
import { createSessionsListTool } from '../tools/built-in/sessions-list.ts';
import { McpServer } from '../tools/mcp/mcp-server.ts';
import { ToolPublisher } from '../tools/publish-tools.ts';
import { openToolbox } from '../tools/toolbox.ts';
import type { Tool } from '../tools/tool.ts';
import { createToolOffers, type ToolOffers } from '../tools/tool-offers.ts';
import type { ToolActivities } from '../workflows/protocol.ts';
import type { ClosingStack } from './closing-stack.ts';

/** The tools that come with Atrium: whoever writes one adds it here. */
const builtInTools = (database: Database): readonly Tool[] => [
  createNowTool(() => Date.now()),
  createSessionsListTool({
    listVisible: async (session, { words, limit }) => {
      const found = await listVisibleSessions(database, session, { words, limit });
      return found.map(({ facts }) => ({
        key: facts.key,
        title: facts.title,
        status: sessionStatus(facts),
        lastMessageAt: facts.lastMessageAt,
      }));
    },
  }),
];

/** Opens the tools of this process and tells the others of them; the stack closes them, their servers' processes included. */
export async function openToolWork(
  { mcp, default: usual, callMs }: ToolsConfig,
  database: Database,
  stack: ClosingStack,
): Promise<ToolActivities> {
  const publisher = stack.use(new ToolPublisher((sources) => saveToolSources(database, sources, Date.now())));
  const servers = Object.entries(mcp).map(
    ([name, config]) => new McpServer({ name, config, callMs, onChange: () => publisher.note() }),
  );
  const toolbox = stack.use(openToolbox(builtInTools(database), servers));
  await publisher.open(toolbox);
  return createToolActivities({ toolbox, usual, callMs });
}

/** What models of this process are offered: whatever workers of the queue of tools told of. */
export const openToolOffers = ({ default: usual }: ToolsConfig, database: Database): ToolOffers =>
  createToolOffers({
    usual,
    list: () => listToolSources(database, Date.now()),
    saveSet: (hash, definitions) => saveToolSet(database, hash, definitions),
  });
