/** What the server answers, as far as the commands look at it. Times are ISO 8601 in UTC. */

export interface SessionAnswer {
  readonly key: string;
  readonly title: string;
  readonly label: string | null;
  readonly status: 'active' | 'pinned' | 'archived';
  readonly archivedAt: string | null;
  readonly archivedReason: string | null;
  readonly pinnedAt: string | null;
  readonly tags: readonly string[];
  readonly scope: string;
  readonly kind: string;
  readonly channelBinding: string | null;
  readonly model: string | null;
  /** Null: what the configuration allows. */
  readonly tools?: readonly string[] | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly lastMessageAt: string | null;
  readonly turnCount: number;
  readonly unreadCount: number;
  readonly running: boolean;
  /** How many messages wait. */
  readonly waiting: number;
  /** Only in the answer to a search. Ranges are offsets into the snippet. */
  readonly hit?: { readonly snippet: string; readonly ranges: readonly (readonly [number, number])[] };
}

/** How much of a provider may be used at a time; null: no limit. */
export interface LimitsAnswer {
  readonly slots: number | null;
  readonly requestsPerSecond: number | null;
  readonly requestsPerSecondPerSession: number | null;
  readonly tokensPerMinute: number | null;
}

export interface QueueAnswer {
  readonly running: readonly (QueueCallAnswer & { readonly model: string | null; readonly tokens: number })[];
  readonly waiting: readonly (QueueCallAnswer & {
    readonly place: number;
    readonly reason: string;
    readonly retryAt?: string;
    readonly priority: number;
  })[];
  readonly rates: { readonly requests: number; readonly tokens: number };
  readonly limits: LimitsAnswer;
  readonly providers: readonly {
    readonly name: string;
    readonly state: string;
    readonly since: string | null;
    readonly retryAt: string | null;
    readonly rates: { readonly requests: number; readonly tokens: number };
    readonly limits: LimitsAnswer;
  }[];
}
export interface QueueCallAnswer {
  readonly session: string;
  readonly turn: number;
  readonly kind: string;
  readonly provider: string;
  readonly since: string;
}

export interface SessionPage {
  readonly items: readonly SessionAnswer[];
  readonly nextCursor: string | null;
  readonly counts: Readonly<Record<'active' | 'archived' | 'pinned' | 'all', number>>;
}

export interface MessageAnswer {
  readonly id: string;
  readonly turn: number;
  readonly chapter: number;
  readonly role: 'user' | 'assistant' | 'tool' | 'notice';
  readonly text: string;
  readonly at: string;
  readonly status: string;
  readonly from?: { readonly kind: string; readonly key: string };
  readonly model?: string;
  readonly replyTo?: string;
  /** Of a notice: why there is no reply. */
  readonly problem?: Problem;
  /** Of a tool's row; its text is what the tool gave. */
  readonly toolCall?: {
    readonly callId: string;
    readonly name: string;
    readonly arguments: string;
    readonly state: ToolState;
    readonly said?: string;
  };
}

export type ToolState = 'approval' | 'started' | 'done' | 'failed' | 'unknown';

export interface ToolListAnswer {
  readonly items: readonly {
    readonly name: string;
    readonly description: string;
    readonly source: string;
    readonly isIdempotent: boolean;
    readonly needsApproval: boolean;
    readonly isDefault: boolean;
  }[];
  readonly servers: readonly {
    readonly name: string;
    readonly kind: string;
    readonly state: string;
    readonly problem: string | null;
    readonly tools: number;
  }[];
}

/** A call of a tool that waits for a person. */
export interface ApprovalAnswer {
  readonly id: string;
  readonly session: string;
  readonly turn: number;
  readonly callId: string;
  readonly name: string;
  readonly arguments: string;
  readonly askedAt: string;
  readonly expiresAt: string;
}

export interface MessagePage {
  readonly items: readonly MessageAnswer[];
  readonly nextCursor: string | null;
}

/** The stable part of `application/problem+json`. */
export interface Problem {
  readonly code: string;
  readonly detail: string;
  /** The HTTP status; a problem inside a stream has no other. */
  readonly status?: number;
}

export type Outcome = 'replied' | 'failed' | 'refused' | 'withdrawn' | 'interrupted';

/** The answer to a post: accepted, or with `wait` its outcome. */
export interface PostAnswer {
  readonly messageId: string;
  readonly status?: 'accepted' | 'held';
  readonly outcome?: Outcome;
  readonly reply?: MessageAnswer;
  readonly problem?: Problem;
}
