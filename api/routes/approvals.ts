import type { Engine } from '../../engine/engine.ts';
import { answerApproval } from '../../engine/tools/answer-approval.ts';
import { listApprovals } from '../../engine/tools/list-approvals.ts';
import type { ApiInstance } from '../api-instance.ts';
import {
  answerApprovalBody,
  answeredApprovalSchema,
  approvalPageSchema,
  approvalParams,
} from '../schemas/tool.ts';
import { viewApproval } from '../views/tool-view.ts';

/** `GET /api/approvals` and `POST /api/approvals/:id`: calls of tools that wait for a person. */
export function approvalsRoutes(app: ApiInstance, engine: Engine): void {
  app.get(
    '/api/approvals',
    {
      schema: {
        summary: 'What waits for a person’s approval',
        tags: ['Tools'],
        response: { 200: approvalPageSchema },
      },
    },
    async ({ caller }) => ({
      items: (await listApprovals(engine, caller)).flatMap(viewApproval),
      nextCursor: null,
    }),
  );
  app.post(
    '/api/approvals/:id',
    {
      schema: {
        summary: 'Allow or deny a call',
        tags: ['Tools'],
        params: approvalParams,
        body: answerApprovalBody,
        response: { 200: answeredApprovalSchema },
      },
    },
    async ({ caller, params, body }) => answerApproval(engine, caller, params.id, body.allow),
  );
}
