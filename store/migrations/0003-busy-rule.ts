import { sql, type Migration } from 'kysely';

/** What messages do that find their session busy. */
export const createBusyRule: Migration = {
  async up(database) {
    await sql.raw('alter table projection.session add column busy text').execute(database);
  },
};
