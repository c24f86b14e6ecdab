/** What the API answers with, as far as tests look at it. */
export interface SessionJson {
  readonly key: string;
  readonly title: string;
  readonly status: string;
  readonly waiting: number;
  readonly running: boolean;
  readonly [name: string]: unknown;
}
export interface CreatedJson {
  readonly sessionKey: string;
  readonly session: SessionJson;
}
export interface SessionPageJson {
  readonly items: readonly SessionJson[];
  readonly nextCursor: string | null;
  readonly counts: Readonly<Record<string, number>>;
}
export interface MessageJson {
  readonly id: string;
  readonly turn: number;
  readonly chapter: number;
  readonly role: string;
  readonly text: string;
  readonly status: string;
  readonly [name: string]: unknown;
}
export interface MessagePageJson {
  readonly items: readonly MessageJson[];
  readonly nextCursor: string | null;
}
export interface PostedJson {
  readonly messageId: string;
  readonly status?: string;
  readonly outcome?: string;
  readonly reply?: MessageJson;
  readonly problem?: { readonly code: string; readonly status: number; readonly detail: string };
  readonly code?: string;
}
