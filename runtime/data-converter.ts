import type { DataConverter } from '@temporalio/common';
import type { Database } from '../store/database.ts';
import { createPayloadStorage } from './payload-storage.ts';

/** How payloads cross the wire: JSON, and by claim check when they are large. Clients, workers and replay need the same. */
export const createDataConverter = (database: Database): DataConverter => ({
  externalStorage: createPayloadStorage(database),
});
