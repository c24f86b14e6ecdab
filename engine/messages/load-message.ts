import { AtriumError } from '../../domain/atrium-error.ts';
import { isMessageId } from '../../domain/message-id.ts';
import type { Message } from '../../domain/message.ts';
import type { SessionView } from '../../store/find-session.ts';
import { findMessage } from '../../store/list-messages.ts';
import type { Engine } from '../engine.ts';
import { syncSession } from '../sessions/sync-session.ts';

/** A message of a session that is open; one that the database does not know may be newer than what it holds. */
export async function loadMessage(engine: Engine, view: SessionView, id: string): Promise<Message> {
  const { key } = view.facts;
  const message = isMessageId(id)
    ? ((await findMessage(engine.database, key, id)) ?? (await findAfterSync(engine, view, id)))
    : undefined;
  if (message !== undefined) return message;
  throw unknownMessage(key);
}

/** The 404 of every call that names a message. */
export function unknownMessage(key: string): AtriumError {
  return new AtriumError('not-found', 'unknown-message', `There is no such message in session ${key}.`);
}

/** The message once the database was brought up to date. */
export async function findAfterSync(
  engine: Engine,
  { facts }: Pick<SessionView, 'facts'>,
  id: string,
): Promise<Message | undefined> {
  await syncSession(engine, facts.key);
  return findMessage(engine.database, facts.key, id);
}
