import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/tools/canonical-json.ts';
import type { KnownTool } from '../domain/tools/tool-definition.ts';
import type { Tool } from './tool.ts';

/** SHA-256 of a value's canonical JSON, in hexadecimal. */
export const contentHash = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex');

/** What other processes learn of a tool. */
export function describeTool({
  name,
  description,
  parameters,
  isIdempotent,
  needsApproval,
}: Tool): KnownTool {
  const definition = { name, description, parameters };
  return { definition, hash: contentHash(definition), isIdempotent, needsApproval };
}
