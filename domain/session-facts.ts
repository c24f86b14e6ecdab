import type { BusyRule } from './commands.ts';

export type SessionScope = 'per-channel' | 'per-sender' | 'global';
export type SessionKind = 'direct' | 'group' | 'job' | 'child' | 'visitor';
/** Who chose the title; `person` is never overwritten by the others. */
export type TitleSource = 'none' | 'message' | 'model' | 'person';
export type SessionStatus = 'active' | 'pinned' | 'archived';

/** What a session is, apart from its transcript: the row of the session list. Times in milliseconds since the epoch. */
export interface SessionFacts {
  readonly key: string;
  readonly title: string;
  readonly titleSource: TitleSource;
  readonly label: string | null;
  readonly archivedAt: number | null;
  readonly archivedReason: string | null;
  /** Kept while archived, so that a pinned session is pinned again when it returns. */
  readonly pinnedAt: number | null;
  readonly tags: readonly string[];
  readonly scope: SessionScope;
  readonly kind: SessionKind;
  readonly channelBinding: string | null;
  /** `provider:model`, or null for the server's default. */
  readonly model: string | null;
  readonly instructions: string | null;
  /** What messages do that find the session busy and say nothing themselves; null: they queue. */
  readonly busy: BusyRule | null;
  /** Names of the tools that it may use; null: those that the configuration allows. */
  readonly tools: readonly string[] | null;
  readonly ephemeral: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly lastMessageAt: number | null;
  /** Turns begun so far; also the number of the newest turn. */
  readonly turnCount: number;
  /** The part of the transcript between two resets that is current; counts from 1. */
  readonly chapter: number;
  /** When an ephemeral session ended, null while it lives. */
  readonly endedAt: number | null;
}

/** The one status word that lists show, derived from the two facts behind it. */
export function sessionStatus(facts: Pick<SessionFacts, 'archivedAt' | 'pinnedAt'>): SessionStatus {
  if (facts.archivedAt !== null) return 'archived';
  return facts.pinnedAt === null ? 'active' : 'pinned';
}
