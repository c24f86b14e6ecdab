import type { Database } from '../../store/database.ts';
import { findSession, type SessionView } from '../../store/find-session.ts';
import { listSessions, type SessionQuery } from '../../store/list-sessions.ts';
import { reachOf } from '../caller.ts';

/** The sessions that another session may see (I11), the newest first; none for one that is not there. */
export async function listVisibleSessions(
  database: Database,
  key: string,
  { words, limit }: { readonly words: string; readonly limit: number },
): Promise<readonly SessionView[]> {
  const own = await findSession(database, key);
  if (own === undefined) return [];
  const reach = reachOf(own.facts);
  if (reach === 'itself') return [own];
  const query: SessionQuery = { status: 'all', sort: 'recent', limit, q: words };
  const { items } = await listSessions(
    database,
    reach === 'all' ? query : { ...query, channel: reach.channel },
  );
  // The list takes the beginning of a binding, too.
  return reach === 'all' ? items : items.filter(({ facts }) => facts.channelBinding === reach.channel);
}
