import { AtriumError } from '../domain/atrium-error.ts';

/** Who asks. Every use case that a person reaches takes one; which sessions they may see is decided here (I11). */
export type Caller = { readonly kind: 'owner' };

/** The one who has the server's token or a signed-in browser: sees and may everything. */
export const owner: Caller = { kind: 'owner' };

/** Throws `forbidden` unless the caller may do this with any session, of which there need be none yet. */
export function requireOwner(caller: Caller, what: string): void {
  if (caller.kind !== 'owner')
    throw new AtriumError('forbidden', 'not-allowed', `Cannot ${what}: only the owner may.`);
}
