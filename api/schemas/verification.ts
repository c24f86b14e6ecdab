import { z } from 'zod';
import { optionalBody } from './text.ts';

/** Body of `POST /api/verify` and `POST /api/rebuild`. */
export const verificationBody = optionalBody(
  z.strictObject({ session: z.string().exactOptional().describe('Only this one; all when absent') }),
);

const failures = z
  .array(z.object({ key: z.string(), reason: z.string() }))
  .readonly()
  .describe('Sessions whose history this release does not reproduce, and why');

/** Values are named, never quoted. */
export const verifyReportSchema = z
  .object({
    checked: z.int(),
    differences: z
      .array(
        z.object({
          key: z.string(),
          kind: z.enum([
            'missing-session',
            'unknown-session',
            'behind',
            'fact',
            'missing-row',
            'extra-row',
            'row',
          ]),
          at: z.string().describe('The fact, or the id of the row and its field'),
        }),
      )
      .readonly(),
    failures,
    incomplete: z
      .array(z.object({ key: z.string(), provenFrom: z.int() }))
      .readonly()
      .describe(
        'The server no longer keeps their oldest runs: rows older than this revision were not compared',
      ),
  })
  .meta({ id: 'VerifyReport' });

export const rebuildReportSchema = z
  .object({
    rebuilt: z.int(),
    removed: z.array(z.string()).readonly().describe('Sessions that the database showed and no history has'),
    failures,
  })
  .meta({ id: 'RebuildReport' });
