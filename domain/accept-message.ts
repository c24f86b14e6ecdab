import type { BusyRule, PostSignal } from './commands.ts';
import { chooseLanguage } from './language.ts';
import { restoreSession } from './lifecycle.ts';
import { phrase } from './phrases/phrase.ts';
import { addRow, changeFacts, noticeRow, showNow } from './rows.ts';
import { seenLimit, type InboxEntry, type Moment, type SessionState } from './session-state.ts';
import { titleFromMessage } from './title.ts';
import { nextTurn, numberWaiting } from './waiting.ts';

/**
 * Takes one message in: it waits for its turn, is held, or is refused with the reason. A message id that was seen before
 * changes nothing (I2).
 */
export function acceptMessage(state: SessionState, post: PostSignal, moment: Moment): SessionState {
  if (state.seen.includes(post.id)) return state;
  const heard = remember(state, post, moment);
  const refusal = refusalOf(state, post);
  if (refusal !== undefined) return refuse(heard, post, refusal, moment);
  const open = isArchived(state) && post.archivedInbound !== 'hold' ? restoreFor(heard, post, moment) : heard;
  const isHeld = isArchived(open);
  const waiting = enqueue(addRow(open, userRow(open, post, isHeld ? 'held' : 'waiting')), post, isHeld);
  const asked = busyRule(state, post) === 'interrupt' && !isHeld ? interruptRunning(waiting) : waiting;
  return isHeld ? showNow(asked) : asked;
}

type Refusal = 'session-ended' | 'session-archived' | 'session-busy';

function refusalOf(state: SessionState, post: PostSignal): Refusal | undefined {
  if (state.isClosing || state.facts.endedAt !== null) return 'session-ended';
  if (isArchived(state) && post.archivedInbound === 'reject') return 'session-archived';
  return state.inbox.length >= state.settings.maxWaiting ? 'session-busy' : undefined;
}

const isArchived = (state: SessionState): boolean => state.facts.archivedAt !== null;

const busyRule = (state: SessionState, post: PostSignal): BusyRule =>
  post.busy ?? state.facts.busy ?? 'queue';

const languageOf = (state: SessionState, post: PostSignal) =>
  post.language ?? chooseLanguage(undefined, post.text, state.settings.language);

function remember(state: SessionState, post: PostSignal, moment: Moment): SessionState {
  const named =
    state.facts.titleSource === 'none'
      ? ({ title: titleFromMessage(post.text), titleSource: 'message' } as const)
      : {};
  return {
    ...changeFacts(state, moment.now, { lastMessageAt: post.at, ...named }),
    seen: [...state.seen, post.id].slice(-seenLimit),
    lastActiveAt: moment.now,
    wanted:
      state.facts.titleSource === 'none' && !state.facts.ephemeral
        ? [...state.wanted, 'title']
        : state.wanted,
  };
}

function userRow(state: SessionState, post: PostSignal, status: 'held' | 'waiting' | 'done') {
  return {
    id: post.id,
    turn: nextTurn(state),
    chapter: state.facts.chapter,
    role: 'user',
    text: post.text,
    at: post.at,
    status,
    ...(post.from === undefined ? {} : { from: post.from }),
  } as const;
}

function enqueue(state: SessionState, post: PostSignal, isHeld: boolean): SessionState {
  const entry: InboxEntry = {
    id: post.id,
    isHeld,
    isCollected: busyRule(state, post) === 'collect',
    ...(busyRule(state, post) === 'steer' ? { isSteered: true } : {}),
    foundIdle: state.running === null && state.inbox.length === 0,
    language: languageOf(state, post),
    ...(post.system === undefined ? {} : { system: post.system }),
  };
  return numberWaiting({ ...state, inbox: [...state.inbox, entry] });
}

function restoreFor(state: SessionState, post: PostSignal, moment: Moment): SessionState {
  const restored = restoreSession(state, moment);
  const text = phrase('restored-by-message', languageOf(state, post), {});
  const place = { turn: nextTurn(restored), chapter: restored.facts.chapter };
  return showNow(addRow(restored, noticeRow(moment, place, { status: 'info', text })));
}

/** A refused message is a turn of its own whose outcome is the refusal. */
function refuse(state: SessionState, post: PostSignal, code: Refusal, moment: Moment): SessionState {
  const turn = state.facts.turnCount + 1;
  const place = { turn, chapter: state.facts.chapter, replyTo: post.id };
  const text = phrase(code, languageOf(state, post), {});
  const counted = changeFacts(state, moment.now, { turnCount: turn });
  const withMessage = addRow(counted, { ...userRow(counted, post, 'done'), turn });
  const notice = noticeRow(moment, place, { status: 'refused', text, problem: { code, detail: text } });
  return showNow(numberWaiting(addRow(withMessage, notice)));
}

function interruptRunning(state: SessionState): SessionState {
  return state.running === null ? state : { ...state, running: { ...state.running, isInterrupted: true } };
}
