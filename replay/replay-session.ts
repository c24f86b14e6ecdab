import { Worker, type InjectedSinks, type ReplayWorkerOptions } from '@temporalio/worker';
import type { DataConverter } from '@temporalio/common';
import type { Message } from '../domain/message.ts';
import type { SessionFacts } from '../domain/session-facts.ts';
import { sessionWorkflowId, type SessionSinks } from '../workflows/protocol.ts';
import type { RunHistory } from './fetch-histories.ts';
import type { Snapshot, SnapshotSinks } from './snapshot.ts';

export interface ReplayParts {
  /** The workflows together with the snapshot interceptor. */
  readonly replayBundlePath: string;
  readonly dataConverter: DataConverter;
}

/** What the histories say that a session is. */
export interface ReplayedSession {
  readonly key: string;
  readonly facts: SessionFacts;
  readonly revision: number;
  /** The revision with which the oldest run that is left began; rows that last changed before it may be unknown here. */
  readonly baseRevision: number;
  /** Every row that the runs know, by id, in order of position. */
  readonly messages: readonly Message[];
}

/** A history that this release's workflow code does not reproduce (I12). */
export class ReplayFailure extends Error {
  readonly key: string;
  readonly runId: string;
  constructor(key: string, runId: string, cause: unknown) {
    super(`Cannot replay session ${key}: run ${runId} took another course (${String(cause)}).`, { cause });
    this.name = 'ReplayFailure';
    this.key = key;
    this.runId = runId;
  }
}

/** Runs a session's histories through the real workflow code, without a server and without a model. */
export async function replaySession(
  parts: ReplayParts,
  key: string,
  runs: readonly RunHistory[],
): Promise<ReplayedSession | undefined> {
  const perRun: Snapshot[][] = [];
  for (const run of runs) perRun.push(await replayRun(parts, key, run));
  const snapshots = perRun.flat();
  const newest = snapshots.at(-1);
  if (newest === undefined) return undefined;
  return {
    key,
    facts: newest.changes.facts,
    revision: newest.changes.revision,
    baseRevision: isFirstRun(runs[0]) ? 0 : (snapshots[0]?.changes.revision ?? 0),
    messages: newestRows(snapshots),
  };
}

async function replayRun(parts: ReplayParts, key: string, run: RunHistory): Promise<Snapshot[]> {
  const snapshots: Snapshot[] = [];
  const sinks: InjectedSinks<SnapshotSinks & SessionSinks> = {
    session: silent,
    snapshots: {
      take: { callDuringReplay: true, fn: (_info, snapshot: Snapshot) => void snapshots.push(snapshot) },
    },
  };
  const options: ReplayWorkerOptions = {
    workflowBundle: { codePath: parts.replayBundlePath },
    dataConverter: parts.dataConverter,
    sinks,
  };
  try {
    await Worker.runReplayHistory(options, run.history, sessionWorkflowId(key));
  } catch (error) {
    throw new ReplayFailure(key, run.runId, error);
  }
  return snapshots;
}

/** What a session tells its worker while it lives is of no interest on replay. */
const nobody = { callDuringReplay: false, fn: () => undefined };
const silent = { changed: nobody, callPrepared: nobody };

/** The first run of a chain has no predecessor; with retention the oldest that is left may have one. */
const isFirstRun = (run: RunHistory | undefined): boolean =>
  !run?.history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;

function newestRows(snapshots: readonly Snapshot[]): readonly Message[] {
  const rows = new Map<string, Message>();
  for (const { changes } of snapshots)
    for (const row of changes.messages)
      if (row.revision >= (rows.get(row.id)?.revision ?? -1)) rows.set(row.id, row);
  return [...rows.values()].toSorted((a, b) => a.position - b.position);
}
