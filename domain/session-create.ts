import type { Language } from './language.ts';
import type { Message } from './message.ts';
import type { BusyRule } from './commands.ts';
import type { SessionKind, SessionScope } from './session-facts.ts';

/** How a session begins. `at` is when it was asked for, in milliseconds. */
export interface SessionCreate {
  readonly at: number;
  readonly title?: string;
  readonly label?: string;
  readonly tags?: readonly string[];
  readonly scope: SessionScope;
  readonly kind: SessionKind;
  readonly channelBinding?: string;
  readonly model?: string;
  /** The provider whose queue the model's calls go to; absent for the default one. */
  readonly account?: string;
  readonly instructions?: string;
  readonly busy?: BusyRule;
  readonly tools?: readonly string[];
  readonly ephemeral?: boolean;
  readonly settings: SessionSettings;
  /** The rows of another session that this one continues, oldest first, renumbered by the new session. */
  readonly fork?: ForkOrigin;
}
export interface ForkOrigin {
  readonly key: string;
  readonly turn: number;
  readonly messages: readonly Message[];
}
/** What of the server's configuration a session's own decisions depend on; fixed in its history. */
export interface SessionSettings {
  /** Milliseconds without a message after which an unpinned session archives itself; null for never. */
  readonly idleArchiveAfterMs: number | null;
  /** Messages that may wait before a further one is refused. */
  readonly maxWaiting: number;
  /** The prompt that a new or reset session opens with; null for none. */
  readonly resetPrompt: string | null;
  /** The language of notices when neither platform nor script tell. */
  readonly language: Language;
  /** Roll to a new run after so many turns; tests lower it. */
  readonly rollAfterTurns: number;
}
