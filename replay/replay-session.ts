import { wantsProjection } from '../domain/changes.ts';
import type { Message } from '../domain/message.ts';
import type { SessionFacts } from '../domain/session-facts.ts';
import type { SessionState } from '../domain/session-state.ts';
import type { RunHistory } from './fetch-histories.ts';
import { replayRuns } from './replay-runs.ts';
import type { ReplayWorker } from './replay-worker.ts';

/** What the histories say that a session is, or was at an earlier revision. */
export interface ReplayedSession {
  readonly key: string;
  readonly facts: SessionFacts;
  readonly revision: number;
  /** The revision with which the oldest run that is left began; rows that last changed before it may be unknown here. */
  readonly baseRevision: number;
  /** Every row that the runs know, in order of position. */
  readonly messages: readonly Message[];
}

export interface SessionReplay {
  /** As the histories end. */
  readonly newest: ReplayedSession;
  /** As it was at the revision that was asked for; undefined when nobody could see the session at that revision. */
  readonly earlier: ReplayedSession | undefined;
  /** The session has asked for its newest revision to be in the database by now. */
  readonly isProjectionDue: boolean;
  /** The session is being deleted, or was ephemeral and is over: its rows may be gone before its histories are. */
  readonly isEnding: boolean;
}

/**
 * Replays a session from its histories, oldest run first. With `atRevision` also as it was then. Undefined when the
 * session has not done anything yet. Throws ReplayFailure (I12).
 */
export async function replaySession(
  worker: ReplayWorker,
  key: string,
  runs: readonly RunHistory[],
  atRevision?: number,
): Promise<SessionReplay | undefined> {
  const found = new SessionFold(key, isFirstRun(runs[0]));
  await replayRuns(worker, key, runs, {
    took: (snapshot) => {
      if (snapshot.kind === 'task-ended') found.see(snapshot.state, atRevision);
    },
    showed: (changes) => found.add(changes, atRevision),
  });
  return found.result();
}

/** Gathers what is said of a session, so that no more than its present rows is in memory. */
class SessionFold {
  readonly #key: string;
  readonly #isComplete: boolean;
  readonly #rows = new Map<string, Message>();
  #state: SessionState | undefined;
  #baseRevision: number | undefined;
  #earlier: ReplayedSession | undefined;

  constructor(key: string, isComplete: boolean) {
    this.#key = key;
    this.#isComplete = isComplete;
  }

  /** The end of a task. */
  see(state: SessionState, atRevision: number | undefined): void {
    const seenRevision = this.#state?.revision ?? -1;
    const messages = state.messages.filter((row) => row.revision > seenRevision);
    this.#state = state;
    this.add({ revision: state.revision, facts: state.facts, messages }, atRevision);
  }

  add(
    changes: {
      readonly revision: number;
      readonly facts: SessionFacts;
      readonly messages: readonly Message[];
    },
    atRevision: number | undefined,
  ): void {
    this.#baseRevision ??= this.#isComplete ? 0 : changes.revision;
    for (const row of changes.messages)
      if (row.revision >= (this.#rows.get(row.id)?.revision ?? -1)) this.#rows.set(row.id, row);
    if (changes.revision === atRevision) this.#earlier = this.#snapshot(changes.facts, changes.revision);
  }

  result(): SessionReplay | undefined {
    const state = this.#state;
    if (state === undefined) return undefined;
    return {
      newest: this.#snapshot(state.facts, state.revision),
      earlier: this.#earlier,
      isProjectionDue: wantsProjection(state),
      isEnding: state.isClosing || state.facts.endedAt !== null,
    };
  }

  #snapshot(facts: SessionFacts, revision: number): ReplayedSession {
    return {
      key: this.#key,
      facts,
      revision,
      baseRevision: this.#baseRevision ?? 0,
      messages: [...this.#rows.values()].toSorted((a, b) => a.position - b.position),
    };
  }
}

/** The first run of a chain has no predecessor; with retention the oldest that is left may have one. */
const isFirstRun = (run: RunHistory | undefined): boolean =>
  !run?.history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
