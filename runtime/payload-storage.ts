import { createHash } from 'node:crypto';
import { ExternalStorage, StorageDriverClaim, type StorageDriver } from '@temporalio/common';
import type { Payload } from '@temporalio/common';
import proto from '@temporalio/proto';
import { AtriumError } from '../domain/atrium-error.ts';
import type { Database } from '../store/database.ts';
import { loadPayloadBlobs, savePayloadBlobs } from '../store/payload-blobs.ts';
import { sessionKeyOf } from '../workflows/protocol.ts';

/** Payloads from this size on are kept in the database, and history has a reference; bytes. */
const thresholdBytes = 128 * 1024;
/** An answer to a query is in no history: it stays with its message as long as that may carry it; bytes. */
const longestAnswerBytes = 1024 * 1024;
const driverName = 'postgres';

const codec = proto.temporal.api.common.v1.Payload;

/**
 * Claim check for large payloads: `vault.payload_blob`, addressed by the SHA-256 of the content and by the session, so
 * that deleting a session deletes them, and a payload that is sent again costs nothing. Fails with AtriumError
 * `database-unavailable` when the database is away: what could not be stored is not accepted.
 */
export const createPayloadStorage = (database: Database): ExternalStorage => {
  const driver = createDriver(database);
  return new ExternalStorage({
    drivers: [driver],
    driverSelector: (_context, payload) => (isShortAnswer(payload) ? null : driver),
    payloadSizeThreshold: thresholdBytes,
  });
};

function createDriver(database: Database): StorageDriver {
  return {
    name: driverName,
    type: 'atrium.postgres',
    async store({ target }, payloads) {
      const key = ownerOf(target);
      const blobs = payloads.map((payload) => encode(payload));
      await savePayloadBlobs(database, key, blobs);
      return blobs.map(({ sha256 }) => new StorageDriverClaim({ key, sha256 }));
    },
    async retrieve(_context, claims) {
      const refs = claims.map(({ claimData }) => ({
        key: claimData['key'] ?? '',
        sha256: claimData['sha256'] ?? '',
      }));
      const blobs = await loadPayloadBlobs(database, refs);
      return blobs.map((bytes) => codec.decode(bytes));
    },
  };
}

/**
 * The session that a payload belongs to. The SDK names the workflow for signals, inputs and results, also for those of
 * activities; a payload of another workflow is kept under that workflow's id.
 */
function ownerOf(target: { readonly id?: string } | undefined): string {
  const id = target?.id;
  if (id === undefined)
    throw new AtriumError(
      'invalid',
      'payload-without-owner',
      'Cannot keep a large payload that belongs to no workflow.',
    );
  return sessionKeyOf(id) ?? id;
}

function encode(payload: Payload): { readonly sha256: string; readonly bytes: Uint8Array } {
  const bytes = codec.encode(payload).finish();
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes };
}

/** How the answers begin that carry a transcript: to `context` and to `changes`. A miss costs a stored copy, no more. */
const answerBeginnings = ['{"state":"current","context":', '{"fromRevision":'].map((text) =>
  Buffer.from(text),
);

function isShortAnswer({ data }: Payload): boolean {
  if (data === undefined || data === null || data.length > longestAnswerBytes) return false;
  return answerBeginnings.some((beginning) => beginning.equals(data.subarray(0, beginning.length)));
}
