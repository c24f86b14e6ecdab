import type { AskedTool } from '../domain/model-call.ts';
import { canonicalJson } from '../domain/tools/canonical-json.ts';
import type { ModelToolCall } from '../models/model.ts';
import { checkArguments, readArguments } from '../tools/check-arguments.ts';
import { cleanText } from '../tools/clean-text.ts';
import type { ToolOffer } from '../tools/tool-offers.ts';

/** More calls at once than anybody means; a model that loops within an answer is stopped here. */
const mostCalls = 32;
/** As providers bound the names of tools. */
const longestName = 64;
/** What is kept of arguments that are too long. */
const longestArguments = 32_000;

/**
 * What a model asked for, as it can be done. Nothing that a model writes is an error: what cannot be done carries the reason,
 * for the model to read. Ids of its own are of no use, since models repeat and forget them.
 */
export const readToolCalls = (
  calls: readonly ModelToolCall[],
  offer: ToolOffer,
  approvalMs: number,
): readonly AskedTool[] => calls.slice(0, mostCalls).map((call) => readToolCall(call, offer, approvalMs));

function readToolCall(call: ModelToolCall, { tools }: ToolOffer, approvalMs: number): AskedTool {
  const given = cleanText(call.arguments, longestArguments + 1);
  const name = cleanText(call.name.trim(), longestName).replace(/[^a-zA-Z0-9_-]/g, '_') || 'unnamed';
  const tool = tools.find(({ definition }) => definition.name === call.name.trim());
  if (tool === undefined) {
    const names = tools.map(({ definition }) => definition.name).join(', ');
    return { name, arguments: shownArguments(given), fault: `There is no such tool. There are: ${names}.` };
  }
  const checked = checkArguments(tool, given);
  if (checked.fault !== undefined) return { name, arguments: shownArguments(given), fault: checked.fault };
  return {
    name,
    arguments: canonicalJson(checked.args),
    ...(tool.isIdempotent ? { isIdempotent: true } : {}),
    ...(tool.needsApproval ? { approvalMs } : {}),
  };
}

/** Providers refuse a call whose arguments are no object, also one of the past. */
function shownArguments(given: string): string {
  const read = readArguments(given);
  return read.fault === undefined
    ? canonicalJson(read.args)
    : canonicalJson({ unreadable: given.slice(0, 500).toWellFormed() });
}
