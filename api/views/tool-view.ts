import type { z } from 'zod';
import type { ToolList } from '../../engine/tools/list-tools.ts';
import type { WaitingApproval } from '../../store/list-tool-rows.ts';
import type { approvalSchema, toolListSchema } from '../schemas/tool.ts';
import { isoTime } from './time.ts';

/** The tools as the contract shows them. */
export const viewTools = ({ tools, sources }: ToolList): z.output<typeof toolListSchema> => ({
  items: tools.map(({ definition, source, isIdempotent, needsApproval, isUsual }) => ({
    ...definition,
    parameters: { ...definition.parameters },
    source,
    isIdempotent,
    needsApproval,
    isDefault: isUsual,
  })),
  servers: sources.flatMap(({ name, kind, state, problem, tools: offered }) =>
    kind === 'built-in' ? [] : [{ name, kind, state, problem, tools: offered.length }],
  ),
});

/** A call that waits for a person. */
export function viewApproval({ session, row }: WaitingApproval): z.output<typeof approvalSchema>[] {
  const { toolCall, turn, at } = row;
  if (toolCall?.approval === undefined) return [];
  const { callId, name, arguments: given, approval } = toolCall;
  return [
    {
      id: approval.id,
      session,
      turn,
      callId,
      name,
      arguments: given,
      askedAt: isoTime(at),
      expiresAt: isoTime(approval.expiresAt),
    },
  ];
}
