import { sql } from 'kysely';

/**
 * A table of one row for a `from` clause: the statement's transaction is acknowledged before it is on disk. For what is
 * written often and comes again, or is worth little, after a crash of the database.
 */
export const withoutWaitingForDisk = sql`set_config('synchronous_commit', 'off', true) as fast`;
