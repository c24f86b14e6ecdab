import type { MessageAnswer, Outcome, Problem, ToolState } from './answers.ts';

/** What a session's event stream says. `turn` counts from 1; 0 is the greeting. */
export type SessionEvent =
  | {
      readonly kind: 'turn.started';
      readonly turn: number;
      readonly attempt: number;
      readonly messageIds: readonly string[];
      readonly model: string | null;
    }
  | {
      readonly kind: 'turn.waiting';
      readonly turn: number;
      readonly place: number;
      readonly reason: string;
      readonly retryAt?: string;
    }
  | {
      readonly kind: 'token';
      readonly turn: number;
      readonly attempt: number;
      readonly text: string;
      /** Where the text ends in the attempt's whole text, in UTF-16 units. */
      readonly end: number;
    }
  | { readonly kind: 'turn.reset'; readonly turn: number; readonly attempt: number; readonly reason: string }
  | {
      readonly kind: 'tool';
      readonly turn: number;
      readonly callId: string;
      readonly name: string;
      readonly state: ToolState;
      readonly summary?: string;
      readonly approval?: { readonly id: string };
    }
  | {
      readonly kind: 'turn.finished';
      readonly turn: number;
      readonly outcome: Outcome;
      /** The messages that have this outcome; a refused message had no other event. */
      readonly messageIds: readonly string[];
      readonly reply?: MessageAnswer;
      readonly problem?: Problem;
    }
  | { readonly kind: 'session.changed' }
  | { readonly kind: 'session.deleted' }
  | { readonly kind: 'stream.reset' };

const kinds: ReadonlySet<string> = new Set<SessionEvent['kind']>([
  'turn.started',
  'turn.waiting',
  'token',
  'turn.reset',
  'tool',
  'turn.finished',
  'session.changed',
  'session.deleted',
  'stream.reset',
]);

/** The event behind a name and its data, or undefined for one that a newer server may send. */
export function parseSessionEvent(name: string, data: string): SessionEvent | undefined {
  if (!kinds.has(name)) return undefined;
  try {
    const body: unknown = JSON.parse(data);
    if (typeof body !== 'object' || body === null) return undefined;
    // The server's contract says what belongs to each name.
    return { ...body, kind: name } as SessionEvent;
  } catch {
    return undefined;
  }
}
