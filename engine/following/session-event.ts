import type { ViewerEvent } from '../../domain/viewer.ts';
import type { SessionView } from '../../store/find-session.ts';

/** What somebody who follows a session is told. `turn` is 0 where an event belongs to no turn; `at` in milliseconds. */
export type SessionEvent = { readonly session: string } & (
  | ViewerEvent
  | SessionChangedEvent
  | SessionDeletedEvent
);

interface SessionChangedEvent {
  readonly kind: 'session.changed';
  readonly turn: number;
  readonly at: number;
  readonly view: SessionView;
}

interface SessionDeletedEvent {
  readonly kind: 'session.deleted';
  readonly turn: number;
  readonly at: number;
}
