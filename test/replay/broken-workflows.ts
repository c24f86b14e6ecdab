/**
 * A careless change of the workflow, for one session: what it asks for first it now asks for second, and the other way
 * round. Bundled into the workflows as one more interceptor.
 */
import { workflowInfo, type WorkflowInterceptors } from '@temporalio/workflow';

export const interceptors = (): WorkflowInterceptors => ({
  outbound: [
    {
      scheduleActivity(input, next) {
        if (!workflowInfo().workflowId.includes('careless')) return next(input);
        return next({ ...input, activityType: input.activityType === 'infer' ? 'project' : 'infer' });
      },
    },
  ],
});
