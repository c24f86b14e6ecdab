import type { z } from 'zod';
import type { ContextMessage } from '../../domain/model-call.ts';
import type { TimelineState, TimelineStep } from '../../replay/timeline/timeline-step.ts';
import type { timelineStateSchema, timelineStepSchema } from '../schemas/timeline.ts';
import { viewMessage } from './message-view.ts';
import { viewSessionDetail } from './session-view.ts';
import { isoTime } from './time.ts';

/** A step as the contract shows it: the same, with its time in words. */
export function viewStep(step: TimelineStep): z.output<typeof timelineStepSchema> {
  return { ...step, at: isoTime(step.at) } as z.output<typeof timelineStepSchema>;
}

/** The session at a step. */
export function viewTimelineState(state: TimelineState): z.output<typeof timelineStateSchema> {
  const { step, facts, transcript, inbox, context, added } = state;
  return {
    step: viewStep(step),
    facts: viewSessionDetail({ facts, revision: 0, running: false, waitingCount: 0, unreadCount: 0 }),
    transcript: transcript.map(viewMessage),
    inbox: inbox.map(({ id, text, isHeld, isCollected }) => ({ id, text, isHeld, isCollected })),
    context: context && {
      call: context.call,
      instructions: context.instructions,
      messages: context.messages.map(viewContextMessage),
      passages: [],
      tokens: context.tokens,
    },
    added: added && {
      instructions: added.instructions,
      messages: added.messages.map(viewContextMessage),
    },
  };
}

const viewContextMessage = ({ toolCalls, ...message }: ContextMessage) => ({
  ...message,
  ...(toolCalls === undefined ? {} : { toolCalls: toolCalls.map((call) => ({ ...call })) }),
});
