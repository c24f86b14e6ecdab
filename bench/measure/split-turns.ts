import type { History } from '@temporalio/common/lib/proto-utils.js';
import proto from '@temporalio/proto';

/** What one turn added to a history. */
export interface TurnHistory {
  readonly eventCount: number;
  readonly byteCount: number;
}

type HistoryEvent = NonNullable<History['events']>[number];

/**
 * Splits the events of one run into turns: each begins with its `post` signal and ends before the next. What begins and
 * ends a run is left out, it is paid once in a hundred turns.
 */
export function splitTurns(events: readonly HistoryEvent[]): readonly TurnHistory[] {
  const turns: HistoryEvent[][] = [];
  for (const event of events) {
    if (event.workflowExecutionSignaledEventAttributes?.signalName === 'post') turns.push([]);
    const isEdge =
      event.workflowExecutionStartedEventAttributes ?? event.workflowExecutionContinuedAsNewEventAttributes;
    if (isEdge === undefined || isEdge === null) turns.at(-1)?.push(event);
  }
  return turns.map((turn) => ({
    eventCount: turn.length,
    byteCount: turn.reduce((bytes, event) => bytes + sizeOf(event), 0),
  }));
}

/** As the server stores it. */
const sizeOf = (event: HistoryEvent): number =>
  proto.temporal.api.history.v1.HistoryEvent.encode(event).finish().length;
