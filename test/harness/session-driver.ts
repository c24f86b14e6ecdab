import { acceptMessage } from '../../domain/accept-message.ts';
import type { PostSignal } from '../../domain/commands.ts';
import { createState } from '../../domain/create-state.ts';
import type { InferResult } from '../../domain/model-call.ts';
import type { SessionCreate } from '../../domain/session-create.ts';
import type { Moment, SessionState } from '../../domain/session-state.ts';
import { finishTurn, startTurn, type TurnEnd } from '../../domain/turns.ts';

/** A clock that moves a second a look, and ids that count: transitions become reproducible. */
export function createMoment(): Moment {
  let now = 1_700_000_000_000;
  let count = 0;
  return {
    get now() {
      return (now += 1_000);
    },
    newId: () => `row-${(count += 1)}`,
  };
}

export const buildCreate = (change: Partial<SessionCreate> = {}): SessionCreate => ({
  at: 1_700_000_000_000,
  scope: 'per-channel',
  kind: 'direct',
  settings: {
    idleArchiveAfterMs: null,
    maxWaiting: 100,
    resetPrompt: null,
    language: 'en',
    rollAfterTurns: 100,
  },
  ...change,
});

export const buildState = (change: Partial<SessionCreate> = {}): SessionState =>
  createState('s-test', buildCreate(change));

export const buildPost = (id: string, change: Partial<PostSignal> = {}): PostSignal => ({
  id,
  text: `text of ${id}`,
  at: 1_700_000_000_000,
  ...change,
});

export const buildResult = (change: Partial<InferResult> = {}): InferResult => ({
  text: 'an answer',
  finish: 'stop',
  model: 'test:model',
  usage: { inputTokens: 10, outputTokens: 5 },
  contextLimit: 32_000,
  ...change,
});

export const answered = (change: Partial<InferResult> = {}): TurnEnd => ({
  kind: 'answered',
  result: buildResult(change),
});

export const post = (state: SessionState, moment: Moment, id: string, change: Partial<PostSignal> = {}) =>
  acceptMessage(state, buildPost(id, change), moment);

/** Runs the next turn to its end; the state as it was when there is none. */
export function runTurn(state: SessionState, moment: Moment, end: TurnEnd = answered()): SessionState {
  const started = startTurn(state, moment);
  return started === undefined ? state : finishTurn(started.state, started.call, end, moment);
}

/** Runs turns until nothing can begin. */
export function drain(state: SessionState, moment: Moment): SessionState {
  let next = state;
  for (;;) {
    const after = runTurn(next, moment);
    if (after === next) return next;
    next = after;
  }
}
