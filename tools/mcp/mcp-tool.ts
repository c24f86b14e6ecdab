import { createHash } from 'node:crypto';
import { cleanText, cleanValue } from '../clean-text.ts';
import type { JsonSchema, Tool, ToolCall } from '../tool.ts';

/** What an MCP server says of a tool, as far as we look at it. */
export interface OfferedTool {
  readonly name: string;
  readonly description?: string | undefined;
  readonly inputSchema: unknown;
  readonly annotations?:
    | { readonly idempotentHint?: boolean | undefined; readonly readOnlyHint?: boolean | undefined }
    | undefined;
}

/** Much more than a model should have to read of one tool; characters. */
const longestDescription = 2_000;
const longestSchema = 16_000;
/** Providers take no longer names. */
const longestName = 64;

/** A server's tool as ours; undefined for one that no model could be told of. `call` asks the server. */
export function createMcpTool(
  server: { readonly name: string; readonly needsApproval: (tool: string) => boolean },
  offered: OfferedTool,
  call: (args: unknown, call: ToolCall) => Promise<string>,
): Tool | undefined {
  const parameters = parametersOf(offered.inputSchema);
  if (parameters === undefined || offered.name === '') return undefined;
  const { idempotentHint, readOnlyHint } = offered.annotations ?? {};
  return {
    name: shownName(server.name, offered.name),
    description: cleanText(offered.description ?? '', longestDescription),
    parameters,
    isIdempotent: idempotentHint === true || readOnlyHint === true,
    needsApproval: server.needsApproval(offered.name),
    run: call,
  };
}

/** `SERVER__TOOL`; one that is too long or has other characters ends in a digest, so that two stay two. */
export function shownName(server: string, tool: string): string {
  const plain = `${server}__${tool}`;
  if (/^[a-zA-Z0-9_-]+$/.test(plain) && plain.length <= longestName) return plain;
  const digest = createHash('sha256').update(plain).digest('hex').slice(0, 8);
  const cleaned = plain.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, longestName - digest.length - 1);
  return `${cleaned}_${digest}`;
}

function parametersOf(schema: unknown): JsonSchema | undefined {
  const cleaned = cleanValue(schema);
  if (typeof cleaned !== 'object' || cleaned === null || Reflect.get(cleaned, 'type') !== 'object')
    return undefined;
  // Small models repeat it as if it were an argument.
  Reflect.deleteProperty(cleaned, '$schema');
  // What was looked at just now.
  return JSON.stringify(cleaned).length > longestSchema ? undefined : (cleaned as JsonSchema);
}
