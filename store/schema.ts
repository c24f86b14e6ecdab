import type { MessageTable } from './tables/message-table.ts';
import type { SessionTable } from './tables/session-table.ts';
import type {
  LiveEventTable,
  PayloadBlobTable,
  ReadMarkTable,
  ReceiptTable,
  SettingTable,
  SignInCodeTable,
  WebSessionTable,
} from './tables/vault-tables.ts';

/**
 * The database. `projection` follows from the histories alone and can be emptied and refilled; `vault` is primary data
 * that no rebuild touches.
 */
export interface Schema {
  'projection.session': SessionTable;
  'projection.message': MessageTable;
  /** The messages without an outcome, which a trigger keeps. */
  'projection.open_message': Pick<MessageTable, 'session_key' | 'id' | 'status'>;
  'vault.live_event': LiveEventTable;
  'vault.payload_blob': PayloadBlobTable;
  'vault.receipt': ReceiptTable;
  'vault.read_mark': ReadMarkTable;
  'vault.sign_in_code': SignInCodeTable;
  'vault.web_session': WebSessionTable;
  'vault.setting': SettingTable;
}
