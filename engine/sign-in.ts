/** How a browser gets in: a link with a code that works once, and for it a cookie. The database has neither, only hashes. */
import { createHash, randomBytes } from 'node:crypto';
import { AtriumError } from '../domain/atrium-error.ts';
import {
  addSignInCode,
  addWebSession,
  deleteWebSession,
  findWebSession,
  redeemSignInCode,
} from '../store/sign-in.ts';
import type { Engine } from './engine.ts';

export interface SignInLink {
  /** The code is in the fragment, which browsers send to nobody, so that no log has it. */
  readonly url: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

const linkLifetimeMs = 15 * 60_000;
/** How long a browser stays signed in; milliseconds. */
export const webSessionLifetimeMs = 90 * 24 * 3_600_000;

/** A link that signs one browser in, once, within 15 minutes. `baseUrl` has no slash at the end. */
export async function createSignInLink(
  { database, now }: Pick<Engine, 'database' | 'now'>,
  baseUrl: string,
): Promise<SignInLink> {
  const code = randomSecret();
  const expiresAt = now() + linkLifetimeMs;
  await addSignInCode(database, { hash: hashOf(code), expiresAt });
  return { url: `${baseUrl}/sign-in#${code}`, expiresAt };
}

/**
 * Takes the code of a link and answers the secret of a new web session. `device` says for people which browser it is.
 * Throws AtriumError unauthorized `code-expired` for a code that is unknown, used or too old: they look the same.
 */
export async function signIn(
  { database, now }: Pick<Engine, 'database' | 'now'>,
  code: string,
  device: string,
): Promise<string> {
  if (!(await redeemSignInCode(database, hashOf(code), now())))
    throw new AtriumError(
      'unauthorized',
      'code-expired',
      'This sign-in link was used before or is older than 15 minutes. Get a new one with "npx atrium link".',
    );
  const secret = randomSecret();
  await addWebSession(database, { hash: hashOf(secret), createdAt: now(), device });
  return secret;
}

/** Whether the secret is that of a web session that has neither ended nor expired. */
export async function isSignedIn(
  { database, now }: Pick<Engine, 'database' | 'now'>,
  secret: string,
): Promise<boolean> {
  const session = await findWebSession(database, hashOf(secret));
  return session !== undefined && session.createdAt + webSessionLifetimeMs > now();
}

/** Ends a web session; one that has ended already is fine. */
export async function signOut({ database }: Pick<Engine, 'database'>, secret: string): Promise<void> {
  await deleteWebSession(database, hashOf(secret));
}

/** 192 bits, as text that needs no encoding in a link or a cookie. */
const randomSecret = (): string => randomBytes(24).toString('base64url');

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
