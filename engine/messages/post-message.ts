import { AtriumError } from '../../domain/atrium-error.ts';
import type { BusyRule } from '../../domain/commands.ts';
import { messageTextFault } from '../../domain/message-text.ts';
import type { TurnOutcomeRow } from '../../domain/viewer.ts';
import { addAcceptedMessage } from '../../store/add-accepted-message.ts';
import { findOutcome } from '../../store/list-outcomes.ts';
import { lookBeforePost, type PostLook } from '../../store/look-before-post.ts';
import type { Caller } from '../caller.ts';
import type { Engine } from '../engine.ts';
import { findAfterSync } from './load-message.ts';
import { admit, requireCan, requireKey } from '../sessions/open-session.ts';
import { newMessageId } from '../random-ids.ts';
import { signalSession } from '../session-calls.ts';
import { isDatabaseAway } from '../temporal-error.ts';

/** One message of a person. The `id` makes a repetition harmless; `busy` says what happens while a turn runs. */
export interface Post {
  readonly text: string;
  readonly id?: string;
  readonly busy?: BusyRule;
}

/** What became of a post: in the session's history (I1), kept for the session's return, or a repetition of one that is over. */
export type PostAnswer =
  | { readonly kind: 'accepted' | 'held'; readonly messageId: string }
  | { readonly kind: 'ended'; readonly messageId: string; readonly outcome: TurnOutcomeRow };

type View = NonNullable<PostLook['session']>;
type Accepted = Post & { readonly id: string; readonly at: number };

/**
 * Posts a message: one look at the database, one signal, one row. The database may be away, then the session decides alone.
 * Throws `empty-text`, `bad-text`, `message-too-large`, `id-reused`, `session-archived`, `session-busy`, `session-ended`,
 * what `openSession` throws, and `temporal-unavailable`: then nothing was accepted.
 */
export async function postMessage(
  engine: Engine,
  caller: Caller,
  key: string,
  post: Post,
): Promise<PostAnswer> {
  requireKey(key);
  requireText(post.text);
  const message: Accepted = { ...post, id: post.id ?? newMessageId(), at: engine.now() };
  using underWay = await engine.posts.begin(key, message.id);
  const look = await unlessDatabaseIsAway(lookBeforePost(engine.database, key, message.id, underWay.ahead));
  if (look === undefined) {
    await signalPost(engine, key, message);
    return { kind: 'accepted', messageId: message.id };
  }
  const view = await admit(engine, caller, key, look);
  const first = await findFirst(engine, key, message, look);
  if (first !== undefined) return first;
  requireAccepting(engine, view);
  await signalPost(engine, key, message);
  const isHeld = await showAccepted(engine, view, message);
  return { kind: isHeld ? 'held' : 'accepted', messageId: message.id };
}

function requireText(text: string): void {
  const fault = messageTextFault(text);
  switch (fault) {
    case undefined:
      return;
    case 'empty-text':
      throw new AtriumError('invalid', fault, 'A message needs some text.');
    case 'bad-text':
      throw new AtriumError('invalid', fault, 'The text has a NUL character or half of a surrogate pair.');
    case 'message-too-large':
      throw new AtriumError('too-large', fault, 'A message may have at most 256 KiB of text.');
    default:
      return fault satisfies never;
  }
}

/** What became of the first message with this id, if there was one (I2). */
async function findFirst(
  { database }: Engine,
  key: string,
  { id, text }: Accepted,
  { message: first }: PostLook,
): Promise<PostAnswer | undefined> {
  if (first === undefined) return undefined;
  if (first.role !== 'user' || first.text !== text)
    throw new AtriumError('conflict', 'id-reused', `There is another message with the id ${id}.`);
  const outcome = await findOutcome(database, key, id);
  if (outcome !== undefined) return { kind: 'ended', messageId: id, outcome };
  return { kind: first.status === 'held' ? 'held' : 'accepted', messageId: id };
}

/** Refuses at once what the session would refuse; when both disagree, because something changed, the session is right. */
function requireAccepting(engine: Engine, view: View): void {
  requireCan(engine, 'post to', view);
  const { key, archivedAt } = view.facts;
  const { archivedInbound, maxWaiting } = engine.session;
  if (archivedAt !== null && archivedInbound === 'reject')
    throw new AtriumError(
      'conflict',
      'session-archived',
      `Session ${key} is archived and takes no messages.`,
    );
  if (view.waitingCount >= maxWaiting)
    throw new AtriumError(
      'busy',
      'session-busy',
      `Session ${key} has ${view.waitingCount} waiting messages.`,
    );
}

function signalPost(engine: Engine, key: string, { id, text, at, busy }: Accepted): Promise<void> {
  const { archivedInbound } = engine.session;
  const rule = busy === undefined ? {} : { busy };
  return signalSession(engine, key, 'post', { id, text, at, archivedInbound, ...rule });
}

/** Makes the accepted message visible to its sender; says whether it is held. */
async function showAccepted(engine: Engine, view: View, message: Accepted): Promise<boolean> {
  const { key, archivedAt } = view.facts;
  const { id, text, at } = message;
  if (archivedAt === null) {
    await unlessDatabaseIsAway(addAcceptedMessage(engine.database, key, { id, text, at, isHeld: false }));
    return false;
  }
  // It changes more than its own row.
  const row = await unlessDatabaseIsAway(findAfterSync(engine, view, id));
  if (row !== undefined) return row.status === 'held';
  const isHeld = engine.session.archivedInbound === 'hold';
  await unlessDatabaseIsAway(addAcceptedMessage(engine.database, key, { id, text, at, isHeld }));
  return isHeld;
}

async function unlessDatabaseIsAway<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isDatabaseAway(error)) return undefined;
    throw error;
  }
}
