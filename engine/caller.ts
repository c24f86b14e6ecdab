/** Who asks. Every use case that a person reaches takes one, and `openSession` decides what they may (I11). */
export type Caller = { readonly kind: 'owner' };

/** The one who has the server's token or a signed-in browser: sees and may everything. */
export const owner: Caller = { kind: 'owner' };
