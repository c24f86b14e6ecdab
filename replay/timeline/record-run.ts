import type { History } from '@temporalio/common/lib/proto-utils.js';
import type { SessionState } from '../../domain/session-state.ts';
import type { SessionInput } from '../../workflows/protocol.ts';
import type { Snapshot } from '../snapshot.ts';
import { eventTime } from './event-time.ts';
import { readEvents, type NumberedEvent } from './read-events.ts';

/** One run of a session as replay saw it. */
export interface RecordedRun {
  readonly input: SessionInput | undefined;
  readonly startedAt: number;
  readonly tasks: readonly RecordedTask[];
}

/** One workflow task: what had come in before it, what the session made of it, and the state at its end. */
export interface RecordedTask {
  readonly at: number;
  readonly events: readonly NumberedEvent[];
  readonly snapshots: readonly Snapshot[];
  readonly state: SessionState;
}

/** Sorts a run's events and snapshots by task. */
export function recordRun(history: History, snapshots: readonly Snapshot[]): RecordedRun {
  const events = history.events ?? [];
  const told = readEvents(history);
  const begun = snapshots.find((snapshot) => snapshot.kind === 'begun');
  const tasks: RecordedTask[] = [];
  let seen = 0;
  for (const { historyLength, state, taken } of groupByTask(snapshots)) {
    const from = seen;
    seen = historyLength;
    tasks.push({
      at: eventTime(events[historyLength - 1]),
      events: told.filter(({ id }) => id > from && id <= historyLength),
      snapshots: taken,
      state,
    });
  }
  return { input: begun?.input, startedAt: eventTime(events[0]), tasks };
}

interface TaskGroup {
  readonly historyLength: number;
  readonly state: SessionState;
  readonly taken: readonly Snapshot[];
}

/** A task may have the workflow woken more than once: what it saw and did then is one. */
function groupByTask(snapshots: readonly Snapshot[]): readonly TaskGroup[] {
  const groups: TaskGroup[] = [];
  let open: Snapshot[] = [];
  for (const snapshot of snapshots) {
    if (snapshot.kind !== 'task-ended') {
      open.push(snapshot);
      continue;
    }
    const { historyLength, state } = snapshot;
    const same = groups.at(-1)?.historyLength === historyLength ? groups.pop() : undefined;
    groups.push({ historyLength, state, taken: [...(same?.taken ?? []), ...open] });
    open = [];
  }
  return groups;
}
