import type { ApprovalAnswer } from '../client/answers.ts';
import { neutraliseLine } from '../output/neutralise.ts';
import type { Output } from '../output/output.ts';
import { formatTime } from '../output/relative-time.ts';

/** Each call on lines of its own: what is allowed should be read whole. */
export function printApprovals(output: Output, approvals: readonly ApprovalAnswer[]): void {
  if (approvals.length === 0) output.line('Nothing waits for your approval.');
  for (const { id, session, turn, name, arguments: given, expiresAt } of approvals) {
    output.line(output.colours.bold(neutraliseLine(id)));
    output.line(`  ${neutraliseLine(name)} ${neutraliseLine(given)}`);
    output.line(
      output.colours.dim(
        `  session ${neutraliseLine(session)}, turn ${turn}; denied by itself ${formatTime(Date.parse(expiresAt))}`,
      ),
    );
  }
}
