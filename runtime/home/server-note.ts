import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const noteSchema = z.object({
  pid: z.number(),
  /** Tells the process from a later one with the same number. */
  identity: z.string(),
  /** Where the API answers; absent while the server starts. */
  url: z.string().optional(),
  databaseUrl: z.string().optional(),
  temporalAddress: z.string().optional(),
});

/** What the running server of a home says about itself, in the home's file `server.json`. It is also the home's lock. */
export type ServerNote = Readonly<z.output<typeof noteSchema>>;

export const noteFile = (home: string): string => join(home, 'server.json');

/** The note of a home's server, which may no longer run; undefined when there is none or it is not whole. */
export function readServerNote(home: string): ServerNote | undefined {
  try {
    return noteSchema.parse(JSON.parse(readFileSync(noteFile(home), 'utf8')));
  } catch {
    return undefined;
  }
}
