import type { History } from '@temporalio/common/lib/proto-utils.js';
import { eventTime, type HistoryEvent } from './event-time.ts';

/** What a timeline takes from the events of one run; times in milliseconds since the epoch. */
export type RunEvent =
  | { readonly kind: 'signal'; readonly at: number }
  | { readonly kind: 'call-closed'; readonly at: number; readonly attempt: CallAttempt };

/** The attempt that ended an activity. */
export interface CallAttempt {
  readonly activityId: string;
  readonly scheduledAt: number;
  /** Null when no attempt had begun. */
  readonly startedAt: number | null;
  readonly number: number;
  /** What became of the attempt before it. */
  readonly lastFailure: { readonly isLost: boolean; readonly reason: string } | null;
}

/** An event with its number in the run, from 1. */
export interface NumberedEvent {
  readonly id: number;
  readonly event: RunEvent;
}

/** The events of a run that people should hear of, in the order of the history. */
export function readEvents(history: History): readonly NumberedEvent[] {
  const scheduled = new Map<string, HistoryEvent>();
  const started = new Map<string, HistoryEvent>();
  return (history.events ?? []).flatMap((event): NumberedEvent[] => {
    const id = Number(event.eventId);
    if (event.activityTaskScheduledEventAttributes?.activityType?.name === 'infer')
      scheduled.set(String(event.eventId), event);
    const begun = event.activityTaskStartedEventAttributes;
    if (begun) started.set(String(begun.scheduledEventId), event);
    if (event.workflowExecutionSignaledEventAttributes)
      return [{ id, event: { kind: 'signal', at: eventTime(event) } }];
    const origin = String(closedActivity(event) ?? '');
    const call = scheduled.get(origin);
    if (call === undefined) return [];
    const attempt = attemptOf(call, started.get(origin));
    return [{ id, event: { kind: 'call-closed', at: eventTime(event), attempt } }];
  });
}

/** The id of the event that scheduled the activity that this event ends. */
function closedActivity(event: HistoryEvent) {
  const ending =
    event.activityTaskCompletedEventAttributes ??
    event.activityTaskFailedEventAttributes ??
    event.activityTaskTimedOutEventAttributes ??
    event.activityTaskCanceledEventAttributes;
  return ending?.scheduledEventId;
}

function attemptOf(scheduled: HistoryEvent, started: HistoryEvent | undefined): CallAttempt {
  const begun = started?.activityTaskStartedEventAttributes;
  const failure = begun?.lastFailure;
  return {
    activityId: scheduled.activityTaskScheduledEventAttributes?.activityId ?? '',
    scheduledAt: eventTime(scheduled),
    startedAt: started === undefined ? null : eventTime(started),
    number: begun?.attempt ?? 0,
    lastFailure: failure ? { isLost: Boolean(failure.timeoutFailureInfo), reason: reasonOf(failure) } : null,
  };
}

/** A stable code where the failure carries one, else its message. */
function reasonOf(failure: {
  readonly message?: string | null;
  readonly applicationFailureInfo?: { readonly type?: string | null } | null;
}): string {
  const type = failure.applicationFailureInfo?.type ?? '';
  const message = failure.message ?? '';
  return (message === '' ? type : message).slice(0, 200);
}
