import {
  ApplicationFailure,
  CancellationScope,
  proxySinks,
  sleep,
  startChild,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import { finishBackgroundCall, startBackgroundCall } from '../domain/background.ts';
import { carryState, openCarry, type SessionCarry } from '../domain/carry.ts';
import { changesSince, confirmProjection, wantsProjection } from '../domain/changes.ts';
import { assembleContext } from '../domain/context.ts';
import { createState } from '../domain/create-state.ts';
import { archiveSession, endSession } from '../domain/lifecycle.ts';
import type { Moment, SessionState } from '../domain/session-state.ts';
import { asksForTools } from '../domain/tools/next-step.ts';
import { finishTurn, startTurn, type StartedCall } from '../domain/turns.ts';
import { idleArchiveAt, nextStep, type RunMeter, type SessionStep } from '../domain/session-step.ts';
import { askModel, askModelQuietly, isConfirmed, project } from './session-activities.ts';
import {
  erasureWorkflowId,
  workflowTypes,
  type ErasureInput,
  type SessionInput,
  type SessionSinks,
} from './protocol.ts';
import { applySignal } from './receive.ts';
import { findRecovery, recoverTurn, type EndedCall } from './recover-turn.ts';
import { takeSteps } from './take-steps.ts';

const { session: worker } = proxySinks<SessionSinks>();

/** How long an archived session must be left alone before it rolls to a fresh, tiny run; milliseconds. */
const quietBeforeRollMs = 60_000;
/** How long an ephemeral session stays readable after its end; milliseconds. */
const readableAfterEndMs = 60_000;

/** One run of a session: the state, and the effects that are under way. */
export class SessionRun {
  state: SessionState;
  #turnScope: CancellationScope | undefined;
  #turnsInRun = 0;
  #isProjecting = false;
  #backgroundCalls = 0;
  #hasIdleTimer = false;
  readonly #confirmsInTask: boolean;
  #quietSince: number | undefined;
  #isQuiet = false;

  constructor(input: SessionInput) {
    this.state = openState(input);
    this.#confirmsInTask = input.confirmsInTask === true;
  }

  /** Every change of the state goes through here, so that viewers and database learn of it as soon as there is one. */
  update(next: SessionState): void {
    const isShown = next.urgentRevision > this.state.urgentRevision;
    this.state = next;
    if (isShown) this.show();
  }

  /** Lets people see the state as it is; the database is made sure of later. */
  show(): void {
    worker.changed(changesSince(this.state, this.state.projectedRevision));
  }

  /** Hands a call's context to the worker, which need not ask for it then. */
  prepare({ state, call }: StartedCall): void {
    const context = assembleContext(state, call, state.contextLimit);
    worker.callPrepared({ session: state.facts.key, call: call.id, context });
  }

  /** Takes a signal. Only changes the state, and stops the running call when the signal asks for it. */
  receive(name: string, payload: unknown): void {
    this.update(applySignal(this.state, name, payload, moment()));
    if (this.state.running?.isInterrupted === true) this.#turnScope?.cancel();
  }

  /** What the main loop does next. */
  nextStep(): SessionStep {
    return nextStep(this.state, this.#meter());
  }

  /** Whether the main loop has anything to do. */
  isAwake(): boolean {
    return this.nextStep() !== 'wait' || this.#wantsToProject() || this.#nextBackgroundCall() !== undefined;
  }

  /** Starts a title or a summary when one is due; it runs beside the turns. */
  startBackgroundCall(): void {
    const background = this.#nextBackgroundCall();
    if (background !== undefined) void this.#runBackgroundCall(background);
  }

  /** Starts what keeps the session in order: the projection (one at a time), timers. */
  startUpkeep(): void {
    if (this.#wantsToProject()) void this.#project();
    if (!this.#hasIdleTimer && idleArchiveAt(this.state) !== undefined) void this.#watchIdle();
    if (this.state.facts.archivedAt !== this.#quietSince) void this.#watchQuiet();
  }

  /** Begins the next turn; while it runs there is no other (I4). */
  beginTurn(): void {
    const started = startTurn(this.state, moment());
    if (started === undefined) return;
    this.state = started.state;
    // People see that it runs; the database is made sure of when it has ended.
    this.show();
    this.prepare(started);
    void this.#takeTurn(started);
  }

  /** An ephemeral session's task has its outcome: nothing new is taken from now on. */
  conclude(): void {
    this.update(endSession(this.state, moment()));
  }

  carry(): SessionCarry {
    return carryState(this.state);
  }

  /** The end of the workflow: the last outcomes reach the database; an ephemeral session stays readable for a while. */
  async end(): Promise<void> {
    if (this.state.isClosing) return;
    await sleep(readableAfterEndMs);
    const { key } = this.state.facts;
    const erasure: ErasureInput = { key, receiptId: uuid4(), reason: 'ended' };
    await startChild(workflowTypes.erasure, {
      workflowId: erasureWorkflowId(key),
      args: [erasure],
      parentClosePolicy: 'ABANDON',
    });
  }

  /** One turn: a model call, further ones while it asks for tools, and its one outcome (I2). */
  async #takeTurn({ call }: StartedCall): Promise<void> {
    this.#turnsInRun += 1;
    const scope = new CancellationScope();
    this.#turnScope = scope;
    const end = await askModel(scope, this.state, call);
    const first: EndedCall = { call, end };
    const told = findRecovery(end) === undefined ? first : await recoverTurn(this, scope, first);
    const last = asksForTools(told.call, told.end) ? await takeSteps(this, scope, told) : told;
    this.#turnScope = undefined;
    this.update(finishTurn(this.state, last.call, last.end, moment()));
  }

  #meter(): RunMeter {
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    return {
      historyLength,
      isRollSuggested: continueAsNewSuggested,
      turnsInRun: this.#turnsInRun,
      isProjecting: this.#isProjecting,
      isCalling: this.#backgroundCalls > 0,
      isQuiet: this.#isQuiet,
    };
  }

  #wantsToProject(): boolean {
    return !this.#isProjecting && wantsProjection(this.state);
  }

  async #project(): Promise<void> {
    this.#isProjecting = true;
    const { facts, projectedRevision, revision: toRevision } = this.state;
    const fromRevision = projectedRevision;
    const input = { session: facts.key, fromRevision, toRevision, updatedAt: facts.updatedAt };
    // A turn that has just begun must not wait for it: its call goes out with the end of this task.
    const mayConfirm = this.#confirmsInTask && this.state.running === null;
    const revision = mayConfirm && (await isConfirmed(input)) ? toRevision : await project(input);
    this.state = confirmProjection(this.state, revision);
    this.#isProjecting = false;
  }

  #nextBackgroundCall() {
    return this.#backgroundCalls > 0 ? undefined : startBackgroundCall(this.state);
  }

  async #runBackgroundCall(started: StartedCall): Promise<void> {
    this.#backgroundCalls += 1;
    this.state = started.state;
    const result = await askModelQuietly(this.state, started.call);
    this.update(finishBackgroundCall(this.state, started.call, result, moment()));
    this.#backgroundCalls -= 1;
  }

  /** One long timer; when it fires too early, because somebody was active meanwhile, the next one takes over. */
  async #watchIdle(): Promise<void> {
    this.#hasIdleTimer = true;
    const due = idleArchiveAt(this.state);
    if (due !== undefined) await sleep(Math.max(1, due - Date.now()));
    const stillDue = idleArchiveAt(this.state);
    if (stillDue !== undefined && stillDue <= Date.now())
      this.update(archiveSession(this.state, moment(), 'idle'));
    this.#hasIdleTimer = false;
  }

  async #watchQuiet(): Promise<void> {
    const since = this.state.facts.archivedAt ?? undefined;
    this.#quietSince = since;
    this.#isQuiet = false;
    if (since === undefined) return;
    await sleep(quietBeforeRollMs);
    if (this.#quietSince === since) this.#isQuiet = true;
  }
}

const moment = (): Moment => ({ now: Date.now(), newId: uuid4 });

function openState(input: SessionInput): SessionState {
  if (input.carry !== undefined) return openCarry(input.carry);
  if (input.create !== undefined) return createState(input.key, input.create);
  throw ApplicationFailure.nonRetryable(
    `Cannot begin session ${input.key}: its input says neither how nor whence.`,
  );
}
