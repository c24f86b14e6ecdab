import type { Database } from './database.ts';

/** Stores the hash of a sign-in link's code. Milliseconds since the epoch. */
export async function addSignInCode(
  { kysely }: Database,
  code: { readonly hash: string; readonly expiresAt: number },
): Promise<void> {
  await kysely
    .insertInto('vault.sign_in_code')
    .values({ hash: code.hash, expires_at: code.expiresAt })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Whether the code was valid at `now`. It is used up: of several who redeem it at once, one succeeds. Expired ones go with it. */
export async function redeemSignInCode({ kysely }: Database, hash: string, now: number): Promise<boolean> {
  const used = await kysely
    .deleteFrom('vault.sign_in_code')
    .where((code) => code.or([code('hash', '=', hash), code('expires_at', '<=', now)]))
    .returning(['hash', 'expires_at'])
    .execute();
  return used.some((code) => code.hash === hash && code.expires_at > now);
}

/** Signs a browser in; `hash` is that of its cookie. */
export async function addWebSession(
  { kysely }: Database,
  session: { readonly hash: string; readonly createdAt: number; readonly device: string },
): Promise<void> {
  await kysely
    .insertInto('vault.web_session')
    .values({ hash: session.hash, created_at: session.createdAt, device: session.device })
    .execute();
}

/** When the browser with this cookie was signed in, undefined when it is not. */
export async function findWebSession(
  { kysely }: Database,
  hash: string,
): Promise<{ readonly createdAt: number } | undefined> {
  const row = await kysely
    .selectFrom('vault.web_session')
    .select('created_at')
    .where('hash', '=', hash)
    .executeTakeFirst();
  return row === undefined ? undefined : { createdAt: row.created_at };
}

/** Signs a browser out. */
export async function deleteWebSession({ kysely }: Database, hash: string): Promise<void> {
  await kysely.deleteFrom('vault.web_session').where('hash', '=', hash).execute();
}
