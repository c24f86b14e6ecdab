import { sql } from 'kysely';
import type { Database } from './database.ts';

/** What a call gets that asks for tokens. */
export interface TokenGrant {
  /** Whether the tokens are reserved for the call; else it asks again after the wait. */
  readonly isGranted: boolean;
  /** How long the call has to wait, in milliseconds; 0: it may go now. */
  readonly waitMs: number;
}

/** What may be saved up for a burst, in seconds of the limit: little, so that every minute keeps the limit. */
const burstSeconds = 1;
export interface WantedTokens {
  readonly tokens: number;
  readonly perMinute: number;
  /** How far ahead tokens are given away to this call; who may wait for longer gets none. */
  readonly aheadSeconds: number;
}

/**
 * Asks for tokens of the bucket that all workers of a provider share. It fills evenly, up to a small burst; a call that
 * takes more than there is leaves a debt, for which the next ones wait. Tokens are given away ahead, so that calls that
 * wait come back one after the other, in the order in which they asked; who would have to wait longer gets none.
 */
export async function takeTokens(
  { kysely }: Database,
  provider: string,
  wanted: WantedTokens,
): Promise<TokenGrant> {
  const perSecond = wanted.perMinute / 60;
  const { rows } = await sql<{ before: number }>`
    with filled as (
      select provider, greatest(now.at, filled_at) as at, least(${perSecond * burstSeconds}::float8,
        level + greatest(0, extract(epoch from now.at - filled_at)) * ${perSecond}::float8) as level
      from vault.token_bucket, (select clock_timestamp() as at) as now
      where provider = ${provider}
      -- Another process may have filled it later than this clock was read.
      for update of token_bucket
    )
    update vault.token_bucket as bucket
    set filled_at = filled.at, level = filled.level - case
      when filled.level >= ${-perSecond * wanted.aheadSeconds}::float8 then ${wanted.tokens}::float8 else 0 end
    from filled where bucket.provider = filled.provider
    returning filled.level as before
  `.execute(kysely);
  const before = rows[0]?.before;
  if (before === undefined) return createBucket({ kysely }, provider, wanted.tokens);
  const waitMs = Math.ceil(Math.max(0, -before / perSecond) * 1_000);
  const aheadMs = wanted.aheadSeconds * 1_000;
  const isGranted = waitMs <= aheadMs;
  return { isGranted, waitMs: isGranted ? waitMs : waitMs - aheadMs / 2 };
}

/** Corrects what a call took to what it used: `extra` tokens more, or fewer when it is negative. */
export async function correctTokens({ kysely }: Database, provider: string, extra: number): Promise<void> {
  if (extra === 0) return;
  await sql`update vault.token_bucket set level = level - ${extra}::float8 where provider = ${provider}`.execute(
    kysely,
  );
}

/** The first call of a provider finds an empty bucket, so that a restart is no way to get more. */
async function createBucket(
  { kysely }: Pick<Database, 'kysely'>,
  provider: string,
  tokens: number,
): Promise<TokenGrant> {
  await sql`
    insert into vault.token_bucket (provider, level) values (${provider}, ${-tokens}::float8)
    on conflict (provider) do update set level = token_bucket.level - ${tokens}::float8
  `.execute(kysely);
  return { isGranted: true, waitMs: 0 };
}
