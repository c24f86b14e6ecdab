import { AtriumError } from '../../domain/atrium-error.ts';
import type { ToolDefinition } from '../../domain/tools/tool-definition.ts';
import { findToolSet } from '../../store/tool-sources.ts';
import { requireOwner, type Caller } from '../caller.ts';
import type { Engine } from '../engine.ts';

/** What a model was offered, by the hash that a session's timeline has. Throws `forbidden`, `unknown-tool-set`. */
export async function showToolSet(
  engine: Engine,
  caller: Caller,
  hash: string,
): Promise<readonly ToolDefinition[]> {
  requireOwner(caller, 'see the tools');
  const definitions = await findToolSet(engine.database, hash);
  if (definitions !== undefined) return definitions;
  throw new AtriumError('not-found', 'unknown-tool-set', 'There is no set of tools with this hash.');
}
