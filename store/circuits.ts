import { sql } from 'kysely';
import { closedCircuit, type Circuit } from '../domain/circuit.ts';
import type { Database } from './database.ts';

interface CircuitRow {
  readonly provider: string;
  readonly state: Partial<Circuit>;
}

/** The circuit of a provider; closed when nothing is known of it. */
export async function readCircuit({ kysely }: Database, provider: string): Promise<Circuit> {
  const { rows } = await sql<CircuitRow>`
    select provider, state from vault.circuit where provider = ${provider}`.execute(kysely);
  return toCircuit(rows[0]);
}

/** The circuits of all providers that ever failed. */
export async function listCircuits({ kysely }: Database): Promise<ReadonlyMap<string, Circuit>> {
  const { rows } = await sql<CircuitRow>`select provider, state from vault.circuit`.execute(kysely);
  return new Map(rows.map((row) => [row.provider, toCircuit(row)]));
}

/** Changes a circuit; of all processes one after the other. `change` returns the same object to leave it as it is. */
export async function changeCircuit(
  { kysely }: Database,
  provider: string,
  change: (circuit: Circuit) => Circuit,
): Promise<Circuit> {
  return kysely.transaction().execute(async (transaction) => {
    await sql`insert into vault.circuit values (${provider}, '{}') on conflict do nothing`.execute(
      transaction,
    );
    const { rows } = await sql<CircuitRow>`
      select provider, state from vault.circuit where provider = ${provider} for update`.execute(transaction);
    const before = toCircuit(rows[0]);
    const after = change(before);
    if (after !== before)
      await sql`update vault.circuit set state = ${JSON.stringify(after)}::jsonb where provider = ${provider}`.execute(
        transaction,
      );
    return after;
  });
}

/** Only this file writes these rows. */
const toCircuit = (row: CircuitRow | undefined): Circuit => ({ ...closedCircuit, ...row?.state });
