import type { History } from '@temporalio/common/lib/proto-utils.js';
import type { HistoryEvent } from './timeline/event-time.ts';

/**
 * A run's history up to the end of its last complete workflow task, with the commands that the task gave. What comes behind
 * has not been seen by the session yet: a task under way may still be taken back and run again at another time.
 */
export function settledHistory(history: History): History {
  const events = history.events ?? [];
  const last = events.findLastIndex((event) => isTaskCompleted(event));
  const completed = events[last];
  if (completed === undefined) return { events: [] };
  let end = last + 1;
  while (end < events.length && isCommandOf(events[end], completed)) end += 1;
  return { events: events.slice(0, end) };
}

const isTaskCompleted = (event: HistoryEvent): boolean =>
  event.workflowTaskCompletedEventAttributes !== null &&
  event.workflowTaskCompletedEventAttributes !== undefined;

/** Every event that a command made names the task that gave it. */
function isCommandOf(event: HistoryEvent | undefined, task: HistoryEvent): boolean {
  if (event === undefined) return false;
  return Object.values(event).some(
    (attributes: unknown) =>
      typeof attributes === 'object' &&
      attributes !== null &&
      'workflowTaskCompletedEventId' in attributes &&
      String(attributes.workflowTaskCompletedEventId) === String(task.eventId),
  );
}
