import type { PendingCall, SessionState } from '../../domain/session-state.ts';
import type { InferResult } from '../../workflows/protocol.ts';
import { callSteps } from './call-steps.ts';
import { changeSteps } from './change-steps.ts';
import type { CallAttempt } from './read-events.ts';
import type { RecordedRun, RecordedTask } from './record-run.ts';
import { signalSteps } from './signal-steps.ts';
import type { NewStep, TimelineStep } from './timeline-step.ts';

/** A session's past: its steps, and the states from which each can be shown. */
export interface Timeline {
  readonly steps: readonly TimelineStep[];
  /** For each step, the index in `states` of the first end of a task at or after it. */
  readonly stateOf: readonly number[];
  readonly states: readonly SessionState[];
  readonly calls: ReadonlyMap<string, ShownCall>;
}

/** A model call, and what its context was made of. */
export interface ShownCall {
  readonly call: PendingCall;
  readonly state: SessionState;
  readonly budgetTokens: number;
  /** What its model takes; what is longer is assembled again for that. Null while it is not known. */
  readonly modelLimit: number | null;
}

/** Tells what happened in a session, out of its runs, oldest first. Depends on nothing else, so it is the same each time. */
export function buildTimeline(runs: readonly RecordedRun[]): Timeline {
  const builder = new TimelineBuilder();
  for (const [index, run] of runs.entries()) builder.addRun(run, index);
  return builder.build();
}

interface OpenCall {
  readonly shown: ShownCall;
  result: InferResult | null;
}

class TimelineBuilder {
  readonly #steps: { readonly step: NewStep; readonly state: number }[] = [];
  readonly #states: SessionState[] = [];
  readonly #stateTimes: number[] = [];
  readonly #calls = new Map<string, ShownCall>();
  readonly #held = new Set<string>();
  #openCalls = new Map<string, OpenCall>();
  #last: SessionState | undefined;

  addRun(run: RecordedRun, index: number): void {
    this.#openCalls = new Map();
    this.#last = run.input?.carry?.state ?? this.#last;
    const beginning = beginningStep(run, index);
    for (const [position, task] of run.tasks.entries()) {
      if (position === 0) this.#add(beginning);
      this.#addTask(task);
    }
  }

  build(): Timeline {
    const turns = new Map(
      this.#states.flatMap(({ messages }) => messages.map((row) => [row.id, row.turn] as const)),
    );
    return {
      steps: this.#steps.map(({ step }, n) => ({ n, ...withFinalTurn(step, turns) })),
      stateOf: this.#steps.map(({ state }) => state),
      states: this.#states,
      calls: this.#calls,
    };
  }

  #add(steps: readonly NewStep[]): void {
    // The state at the end of the task that is being added comes next.
    for (const step of steps) this.#steps.push({ step, state: this.#states.length });
  }

  #addTask(task: RecordedTask): void {
    this.#takeCalls(task);
    const signals = task.snapshots.filter((snapshot) => snapshot.kind === 'signal');
    let taken = 0;
    for (const { event } of task.events) {
      if (event.kind === 'call-closed') this.#closeCall(event.attempt, event.at);
      const signal = event.kind === 'signal' ? signals[taken] : undefined;
      if (signal === undefined) continue;
      taken += 1;
      const { name, payload, before, state } = signal;
      this.#add(signalSteps({ name, payload, at: event.at, before, after: state }));
      for (const entry of state.inbox) if (entry.isHeld) this.#held.add(entry.id);
    }
    const before = signals.at(-1)?.state ?? this.#last ?? task.state;
    this.#add(changeSteps(before, task.state, this.#held, task.at));
    this.#states.push(task.state);
    this.#stateTimes.push(task.at);
    this.#last = task.state;
  }

  #takeCalls({ snapshots }: RecordedTask): void {
    for (const snapshot of snapshots) {
      if (snapshot.kind === 'call-started') {
        const { state } = snapshot;
        const call = state.calls.find(({ id }) => id === snapshot.call);
        if (call === undefined) continue;
        const shown = { call, state, budgetTokens: state.contextLimit, modelLimit: null };
        this.#openCalls.set(snapshot.activityId, { shown, result: null });
      }
      if (snapshot.kind === 'call-ended') {
        const open = this.#openCalls.get(snapshot.activityId);
        if (open !== undefined) open.result = snapshot.result;
      }
    }
  }

  #closeCall(attempt: CallAttempt, closedAt: number): void {
    const open = this.#openCalls.get(attempt.activityId);
    if (open === undefined) return;
    const { shown, result } = open;
    this.#add(callSteps({ call: shown.call, attempt, closedAt, result }));
    const modelLimit = result?.contextLimit ?? null;
    this.#calls.set(shown.call.id, this.#shownTo(attempt, { ...shown, modelLimit }));
  }

  /** A first attempt is handed its context when it is scheduled; a later one asks the session anew when it begins. */
  #shownTo({ number, startedAt }: CallAttempt, shown: ShownCall): ShownCall {
    if (number < 2 || startedAt === null) return shown;
    const state = this.#states[this.#stateTimes.findLastIndex((at) => at <= startedAt)];
    if (state === undefined || !state.calls.some(({ id }) => id === shown.call.id)) return shown;
    return { ...shown, state, budgetTokens: shown.modelLimit ?? state.contextLimit };
  }
}

/** How a run began, where there is something to tell: as a copy of another session, or as the next run of this one. */
function beginningStep({ input, startedAt: at }: RecordedRun, index: number): readonly NewStep[] {
  if (input?.carry !== undefined) {
    const run = index + 1;
    return [{ kind: 'rolled', at, turn: null, title: `Run ${run} of the session took over.`, run }];
  }
  const fork = input?.create?.fork;
  if (fork === undefined) return [];
  const title = `The session began as a copy of ${fork.key} after turn ${fork.turn}.`;
  return [{ kind: 'forked', at, turn: null, title, from: fork.key, fromTurn: fork.turn }];
}

/** A message that waits has the number that it would get; here it is known which it got. */
function withFinalTurn(step: NewStep, turns: ReadonlyMap<string, number>): NewStep {
  if (step.kind !== 'message' && step.kind !== 'withdraw') return step;
  return { ...step, turn: turns.get(step.messageId) ?? step.turn };
}
