import { sql } from 'kysely';
import { AtriumError } from '../domain/atrium-error.ts';
import type { Database } from './database.ts';

export interface PayloadBlobRef {
  readonly key: string;
  readonly sha256: string;
}

/** Stores payloads that are too large for a history. Storing one again changes nothing. */
export async function savePayloadBlobs(
  { kysely }: Database,
  key: string,
  blobs: readonly { readonly sha256: string; readonly bytes: Uint8Array }[],
): Promise<void> {
  if (blobs.length === 0) return;
  await kysely
    .insertInto('vault.payload_blob')
    .values(blobs.map(({ sha256, bytes }) => ({ session_key: key, sha256, bytes: Buffer.from(bytes) })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The payloads behind the references, in their order. Throws AtriumError not-found when one is not there. */
export async function loadPayloadBlobs(
  { kysely }: Database,
  refs: readonly PayloadBlobRef[],
): Promise<readonly Uint8Array[]> {
  if (refs.length === 0) return [];
  const keys = refs.map((ref) => ref.key);
  const hashes = refs.map((ref) => ref.sha256);
  const { rows } = await sql<{ bytes: Buffer | null; key: string }>`
    select blob.bytes, wanted.key
    from unnest(${keys}::text[], ${hashes}::text[]) with ordinality as wanted(key, sha256, place)
    left join vault.payload_blob as blob on blob.session_key = wanted.key and blob.sha256 = wanted.sha256
    order by wanted.place
  `.execute(kysely);
  return rows.map(({ bytes, key }) => bytes ?? notFound(key));
}

function notFound(key: string): never {
  throw new AtriumError(
    'not-found',
    'unknown-payload',
    `Cannot read a payload of session ${key}: it is not stored.`,
  );
}
