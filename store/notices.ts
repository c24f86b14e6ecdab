import { sql, type RawBuilder } from 'kysely';
import type { Database } from './database.ts';
import { SteadyConnection } from './steady-connection.ts';

/** A wake-up, never the data: whoever hears it reads what is stored. `ended`: changed, and a turn has its outcome. */
export interface Notice {
  readonly kind: 'changed' | 'ended' | 'live' | 'deleted';
  readonly session: string;
}

export interface NoticeListener {
  onNotice(notice: Notice): void;
  /** After a lost connection came back: anything may have been missed. */
  onReconnected(): void;
}

const channel = 'atrium';

/** The SQL that sends a notice when its transaction commits; `session` is an SQL expression. */
export const sendNotice = (kind: Notice['kind'], session: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`pg_notify(${sql.lit(channel)}, json_build_object('kind', ${kind}::text, 'session', ${session})::text)`;

/**
 * Hears the notices of every process on one connection of its own, until disposed of. A connection that is lost is made
 * again; also the first, so that a start does not depend on the database.
 */
export async function listenForNotices(
  database: Database,
  listener: NoticeListener,
): Promise<AsyncDisposable> {
  const connection = new SteadyConnection({
    url: database.url,
    name: 'atrium-notices',
    prepare: async (client, isAgain) => {
      await client.query(`listen ${channel}`);
      if (isAgain) listener.onReconnected();
    },
    onNotification: (payload) => {
      const notice = parseNotice(payload);
      if (notice !== undefined) listener.onNotice(notice);
    },
  });
  await connection.connect();
  return connection;
}

/** Anybody who may use the database may use the channel: what is not one of ours is passed over. */
function parseNotice(payload: string | undefined): Notice | undefined {
  try {
    const value: unknown = JSON.parse(payload ?? '');
    if (typeof value !== 'object' || value === null || !('kind' in value) || !('session' in value))
      return undefined;
    const { kind, session } = value;
    if (kind !== 'changed' && kind !== 'ended' && kind !== 'live' && kind !== 'deleted') return undefined;
    return typeof session === 'string' ? { kind, session } : undefined;
  } catch {
    return undefined;
  }
}
