import type { ErrorKind } from '../domain/atrium-error.ts';
import type { Replays } from './replays.ts';

/** What crosses between a server and its replay process. The first message opens it; `id` joins answer and question. */
export type ToReplayProcess =
  | { readonly kind: 'open'; readonly settings: unknown }
  | ({ readonly kind: 'ask'; readonly id: number } & ReplayQuestion);

/** A call of one of the `Replays`. */
export type ReplayQuestion = {
  readonly [Name in keyof Replays]: {
    readonly name: Name;
    readonly args: Parameters<Replays[Name]>;
  };
}[keyof Replays];

export type FromReplayProcess =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: SentError };

export interface SentError {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly message: string;
}
