import type { ColumnType, Generated } from 'kysely';
import type { LiveEvent } from '../../domain/live-event.ts';

/** `vault.live_event`: what a running turn shows; gone once the turn has its outcome. */
export interface LiveEventTable {
  readonly id: Generated<number>;
  readonly session_key: string;
  readonly turn: number;
  /** JSON that only this side reads: an addition may end within a surrogate pair, which `jsonb` would refuse. */
  readonly event: ColumnType<LiveEvent, string, never>;
}

/** `vault.payload_blob`: payloads too large for a history, by their SHA-256. */
export interface PayloadBlobTable {
  readonly session_key: string;
  readonly sha256: string;
  readonly bytes: Buffer;
}

/** `vault.receipt`: proof that an erasure was asked for and done. It outlives the session. */
export interface ReceiptTable {
  readonly id: string;
  readonly session_key: string;
  readonly reason: 'deleted' | 'ended';
  readonly requested_at: number;
  readonly erased_at: number | null;
}

/** `vault.read_mark`: the position up to which a person has read. */
export interface ReadMarkTable {
  readonly session_key: string;
  readonly position: number;
}

/** `vault.sign_in_code`: codes of links that have not been redeemed, as hashes. */
export interface SignInCodeTable {
  readonly hash: string;
  readonly expires_at: number;
}

/** `vault.web_session`: browsers that are signed in; hashes of their cookies. */
export interface WebSessionTable {
  readonly hash: string;
  readonly created_at: number;
  readonly device: string;
}

/** `vault.setting`: what was set at run time and survives restarts. */
export interface SettingTable {
  readonly name: string;
  readonly value: unknown;
}
