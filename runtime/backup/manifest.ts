import { z } from 'zod';
import { AtriumError } from '../../domain/atrium-error.ts';

const manifestSchema = z.object({
  /** Layout of the file; a reader refuses one that it does not know. */
  format: z.literal(1),
  createdAt: z.string(),
  /** The newest migration in the dump; an older release refuses a newer one. */
  schema: z.string(),
  postgres: z.string(),
  temporal: z.string(),
});

/** What a backup says about itself. */
export type Manifest = Readonly<z.output<typeof manifestSchema>>;

/** Names in the archive. */
export const parts = {
  manifest: 'manifest.json',
  /** The database without the projection's rows: those are made from the histories. */
  database: 'database.dump',
  /** Temporal's file: the histories. */
  temporal: 'temporal.db',
  config: 'atrium.yaml',
} as const;

/** Throws AtriumError `bad-backup` for a text that is not a manifest of this layout. */
export function parseManifest(text: string, file: string): Manifest {
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw badBackup(`Cannot use ${file}: this release of Atrium does not know its layout.`, cause);
  }
}

export const badBackup = (message: string, cause?: unknown): AtriumError =>
  new AtriumError('invalid', 'bad-backup', message, { cause });
