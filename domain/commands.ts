import type { Language } from './language.ts';
import type { MessageSource } from './message.ts';

/**
 * What becomes of a message that finds its session busy: `queue` waits for a turn of its own; `collect` joins the turn of
 * the message before it that waits; `steer` joins the running turn at its next model call and waits for a turn of its own
 * when there is none; `interrupt` stops the running turn.
 */
export type BusyRule = 'queue' | 'collect' | 'steer' | 'interrupt';
export type ArchivedInbound = 'restore' | 'reject' | 'hold';

/** `post`: one message. `at` is when the server accepted it, in milliseconds. */
export interface PostSignal {
  readonly id: string;
  readonly text: string;
  readonly at: number;
  /** What happens while a turn runs; the session's own rule when absent. */
  readonly busy?: BusyRule;
  /** What happens when the session is archived, as the sender's binding says; `restore` when absent. */
  readonly archivedInbound?: ArchivedInbound;
  /** The language the platform named for the sender; without it the message's script decides. */
  readonly language?: Language;
  readonly from?: MessageSource;
  /** An extra system instruction for this message's turn only (OpenAI-compatible clients send one). */
  readonly system?: string;
}

/** `configure`: only the fields present change. Null puts the server's default back. */
export interface ConfigureSignal {
  readonly label?: string;
  readonly tags?: readonly string[];
  readonly model?: string | null;
  /** The provider whose queue the model's calls go to; null for the default one. Comes with `model`. */
  readonly account?: string | null;
  readonly instructions?: string | null;
  /** For messages that say nothing themselves. */
  readonly busy?: BusyRule | null;
  /** Names of the tools that it may use. */
  readonly tools?: readonly string[] | null;
}
