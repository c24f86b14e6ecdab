import { sql, type Migration } from 'kysely';

/** How each provider account does, as all workers know it together; after a crash of the database it is found out anew. */
export const createCircuit: Migration = {
  async up(database) {
    await sql
      .raw(
        `create unlogged table vault.circuit (provider text collate "C" primary key, state jsonb not null)`,
      )
      .execute(database);
  },
};
