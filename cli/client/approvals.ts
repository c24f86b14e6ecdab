import type { ApprovalAnswer } from './answers.ts';
import type { Client } from './client.ts';

/** The calls that wait for a person, the oldest first. */
export async function listApprovals(client: Client): Promise<readonly ApprovalAnswer[]> {
  const page = await client.call<{ readonly items: readonly ApprovalAnswer[] }>('GET', '/api/approvals');
  return page.items;
}

/** Returns the session whose turn goes on. */
export const answerApproval = (
  client: Client,
  id: string,
  allow: boolean,
): Promise<{ readonly id: string; readonly session: string; readonly turn: number }> =>
  client.call('POST', `/api/approvals/${encodeURIComponent(id)}`, { body: { allow } });
