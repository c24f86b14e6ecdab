import type { SessionAnswer } from '../client/answers.ts';
import { neutraliseLine } from './neutralise.ts';

/** A session's state in a few words, such as `pinned, running, 2 waiting`. */
export function formatStatus({ status, running, waiting, unreadCount }: SessionAnswer): string {
  return [
    status,
    ...(running ? ['running'] : []),
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
    ...(unreadCount > 0 ? [`${unreadCount} unread`] : []),
  ].join(', ');
}

/** A session's title in one safe line; a new session has none yet. */
export const formatTitle = ({ title }: Pick<SessionAnswer, 'title'>): string =>
  title === '' ? '(no title yet)' : neutraliseLine(title);
