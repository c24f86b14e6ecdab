/**
 * What a viewer of a session's stream gets next. Everything follows from where the viewer is and from what is known of the
 * session now, so it does not matter how often anybody looks, how slow a viewer is, or which process it comes back to.
 */
import type { ResetReason, WaitingReason } from './live-event.ts';
import type { Message, MessageToolCall } from './message.ts';
import {
  emptyCheck,
  extendCheck,
  isContinued,
  positionAfter,
  type ViewerPosition,
} from './viewer-position.ts';

/** What the side channel and the transcript say of a session's turns. */
export interface LiveSession {
  /** Turns whose outcome is not known yet, in the order in which they began; mostly one or none. */
  readonly turns: readonly LiveTurn[];
  /** The outcomes behind position `outcomesAfter`, in order of position. */
  readonly outcomes: readonly TurnOutcomeRow[];
  readonly outcomesAfter: number;
  /** The tools' rows of these turns, in order of revision; absent for none. */
  readonly tools?: readonly Message[];
}
export interface LiveTurn {
  readonly turn: number;
  readonly at: number;
  /** 0 while the turn's first attempt still waits. */
  readonly attempt: number;
  readonly messageIds: readonly string[];
  readonly model: string | null;
  /** The attempt's text so far. */
  readonly text: string;
  /** Why there was another attempt before this one. */
  readonly resetReason?: ResetReason;
  /** Present while the turn waits. */
  readonly waiting?: {
    readonly at: number;
    readonly place: number;
    readonly reason: WaitingReason;
    readonly retryAt?: number;
  };
}
export interface TurnOutcomeRow {
  readonly row: Message;
  /** The messages that the row is the outcome of (I2). */
  readonly messageIds: readonly string[];
}

export type ViewerEvent = { readonly turn: number; readonly at: number } & (
  | {
      readonly kind: 'turn.started';
      readonly attempt: number;
      readonly messageIds: readonly string[];
      readonly model: string | null;
    }
  | {
      readonly kind: 'turn.waiting';
      readonly place: number;
      readonly reason: WaitingReason;
      readonly retryAt?: number;
    }
  | { readonly kind: 'token'; readonly attempt: number; readonly text: string; readonly end: number }
  | { readonly kind: 'turn.reset'; readonly attempt: number; readonly reason: ResetReason }
  | { readonly kind: 'tool'; readonly row: Message; readonly toolCall: MessageToolCall }
  | { readonly kind: 'turn.finished'; readonly row: Message; readonly messageIds: readonly string[] }
  | { readonly kind: 'stream.reset' }
);

/** One event, and where a viewer is that has received it. */
export interface ViewerStep {
  readonly event: ViewerEvent;
  readonly position: ViewerPosition;
}

/** A viewer that comes without an id: all that is over counts as seen, the running turn's text does not. */
export function startPosition(live: LiveSession): ViewerPosition {
  return positionAfter(newestRow(live));
}

/**
 * The events that bring a viewer up to date, in order; none when it is. A viewer that is at a position of which nothing is
 * known any more is told so (`stream.reset`) and goes on from here. `waitingAt` is the time of the last `turn.waiting` that
 * this connection showed: it is an estimate that nobody needs twice, so it is no part of the position.
 */
export function nextSteps(
  live: LiveSession,
  position: ViewerPosition,
  waitingAt: number,
): readonly ViewerStep[] {
  const steps: ViewerStep[] = [];
  let here = locate(live, position);
  if (here === undefined) {
    here = startPosition(live);
    steps.push({ event: { kind: 'stream.reset', turn: 0, at: live.turns[0]?.at ?? 0 }, position: here });
  }
  for (const outcome of live.outcomes) {
    if (outcome.row.position <= (here.row ?? 0)) continue;
    steps.push(...outcomeSteps(live, outcome, here));
    here = steps.at(-1)?.position ?? here;
  }
  const running = live.turns[0];
  return running === undefined ? steps : [...steps, ...runningSteps(live, running, here, waitingAt)];
}

const newestRow = (live: LiveSession): number => live.outcomes.at(-1)?.row.position ?? live.outcomesAfter;

/** Fills in the row that an id of three parts leaves out; undefined when what came after the position is not known. */
function locate(live: LiveSession, position: ViewerPosition): ViewerPosition | undefined {
  if (position.row !== undefined)
    return position.row < live.outcomesAfter || position.row > newestRow(live) ? undefined : position;
  const own = live.outcomes.findIndex(({ row }) => row.turn === position.turn);
  if (own === -1)
    return live.turns[0]?.turn === position.turn ? { ...position, row: newestRow(live) } : undefined;
  return { ...position, row: live.outcomes[own - 1]?.row.position ?? live.outcomesAfter };
}

const isOpen = (position: ViewerPosition, turn: number): boolean =>
  position.check !== undefined && position.turn === turn;

/**
 * The rest of a committed text, and the outcome. The outcome of another turn than the one that is open (a message was
 * refused or withdrawn meanwhile) comes without text: the position has room for one.
 */
function outcomeSteps(
  live: LiveSession,
  { row, messageIds }: TurnOutcomeRow,
  from: ViewerPosition,
): readonly ViewerStep[] {
  const base = { turn: row.turn, at: row.at };
  const isAside = from.check !== undefined && from.turn !== row.turn;
  const steps = isAside ? [] : restOfTurn(live, { row, messageIds }, from);
  const last = steps.at(-1)?.position ?? from;
  const isClosed = isOpen(last, row.turn);
  const position = isClosed
    ? { ...last, row: row.position, check: undefined, tools: undefined }
    : { ...last, row: row.position };
  return [...steps, { event: { kind: 'turn.finished', ...base, row, messageIds }, position }];
}

/** What the viewer has not been told of a turn that is over: its beginning, its tools, the rest of its text. */
function restOfTurn(live: LiveSession, outcome: TurnOutcomeRow, from: ViewerPosition): readonly ViewerStep[] {
  const { row } = outcome;
  const hasText = row.role === 'assistant';
  const begun = hasText ? openingSteps(outcome, from) : [];
  const here = begun.at(-1)?.position ?? from;
  const told = toolSteps(live, row.turn, here);
  const text = hasText ? tokenSteps(told.at(-1)?.position ?? here, row.text, row.at) : [];
  return [...begun, ...told, ...text];
}

function openingSteps({ row, messageIds }: TurnOutcomeRow, from: ViewerPosition): readonly ViewerStep[] {
  const base = { turn: row.turn, at: row.at };
  if (!isOpen(from, row.turn)) {
    const event = {
      kind: 'turn.started',
      ...base,
      attempt: 1,
      messageIds,
      model: row.model ?? null,
    } as const;
    return [{ event, position: opened(from, row.turn, 1) }];
  }
  if (isContinued(from, row.text)) return [];
  const position = opened(from, row.turn, from.attempt + 1);
  return [{ event: { kind: 'turn.reset', ...base, attempt: position.attempt, reason: 'retry' }, position }];
}

function runningSteps(
  live: LiveSession,
  running: LiveTurn,
  from: ViewerPosition,
  waitingAt: number,
): readonly ViewerStep[] {
  // The outcome of the turn that is open here is on its way; what runs by now comes after it.
  if (from.check !== undefined && from.turn !== running.turn) return [];
  if (running.attempt === 0) return waitingSteps(running, from, waitingAt);
  const begun = attemptSteps(running, from);
  const here = begun.at(-1)?.position ?? from;
  if (here.attempt > running.attempt) return toolSteps(live, running.turn, here);
  const text = [...waitingSteps(running, here, waitingAt), ...tokenSteps(here, running.text, running.at)];
  return [...begun, ...text, ...toolSteps(live, running.turn, text.at(-1)?.position ?? here)];
}

/** What became of the turn's tools since the viewer heard of them last. */
function toolSteps({ tools = [] }: LiveSession, turn: number, from: ViewerPosition): readonly ViewerStep[] {
  if (!isOpen(from, turn)) return [];
  return tools.flatMap((row): readonly ViewerStep[] => {
    const { toolCall, revision, at } = row;
    if (row.turn !== turn || toolCall === undefined || revision <= (from.tools ?? 0)) return [];
    return [{ event: { kind: 'tool', turn, at, row, toolCall }, position: { ...from, tools: revision } }];
  });
}

/** The beginning of the turn, or of another attempt at it. */
function attemptSteps(running: LiveTurn, from: ViewerPosition): readonly ViewerStep[] {
  const { turn, attempt, at, messageIds, model } = running;
  const isKnown = isOpen(from, turn);
  if (isKnown && from.attempt >= attempt) return [];
  const position = opened(from, turn, attempt);
  const reset = { kind: 'turn.reset', turn, at, attempt, reason: running.resetReason ?? 'retry' } as const;
  if (isKnown) return [{ event: reset, position }];
  const started = { kind: 'turn.started', turn, at, attempt, messageIds, model } as const;
  return attempt === 1
    ? [{ event: started, position }]
    : [
        { event: started, position },
        { event: reset, position },
      ];
}

function waitingSteps(
  { turn, waiting }: LiveTurn,
  position: ViewerPosition,
  waitingAt: number,
): readonly ViewerStep[] {
  if (waiting === undefined || waiting.at <= waitingAt) return [];
  return [{ event: { kind: 'turn.waiting', turn, ...waiting }, position }];
}

function tokenSteps(from: ViewerPosition, whole: string, at: number): readonly ViewerStep[] {
  const text = whole.slice(from.end);
  if (text === '') return [];
  const check = from.check === undefined || from.check === 0 ? from.check : extendCheck(from.check, text);
  const position = { ...from, end: whole.length, check };
  return [
    {
      event: { kind: 'token', turn: from.turn, at, attempt: from.attempt, text, end: whole.length },
      position,
    },
  ];
}

const opened = (from: ViewerPosition, turn: number, attempt: number): ViewerPosition => ({
  row: from.row,
  turn,
  attempt,
  end: 0,
  check: emptyCheck,
  // Another attempt at the turn's text leaves its tools as they are.
  ...(isOpen(from, turn) && from.tools !== undefined ? { tools: from.tools } : {}),
});
