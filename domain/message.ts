/** One row of a transcript. Rows are shown in the order of `(chapter, turn, position)`; `position` alone is the order of creation. */
export interface Message {
  readonly id: string;
  /** 1 for the session's first row, then counting up. Never reused. */
  readonly position: number;
  /** Counts from 1; 0 is the greeting that opens a chapter. While a message waits it is the number it would get now. */
  readonly turn: number;
  readonly chapter: number;
  readonly role: MessageRole;
  readonly text: string;
  /** Milliseconds since the epoch: for a user's row when the server accepted it, for others the workflow's time. */
  readonly at: number;
  readonly status: MessageStatus;
  /** The session's revision at which this row last changed; guards late or repeated writes of it. */
  readonly revision: number;
  /** Where the words come from when it is not the session's own person or model: another session or a job. */
  readonly from?: MessageSource;
  /** For a reply, the id of the message that opened its turn. */
  readonly replyTo?: string;
  readonly model?: string;
  readonly usage?: TokenUsage;
  /** For a failure or refusal: why, with a stable code. */
  readonly problem?: MessageProblem;
  /** Of a tool's row: what was asked for; the row's text is the result. */
  readonly toolCall?: MessageToolCall;
}

export type MessageRole = 'user' | 'assistant' | 'tool' | 'notice';

/** A tool's row is `running` until it has its result, and `done` then, whatever that is. */
export type UserStatus = 'held' | 'waiting' | 'running' | 'done';
export type AssistantStatus = 'complete' | 'partial';
/** `info` accompanies a turn; every other notice status is the turn's outcome. */
export type NoticeStatus = 'info' | 'failed' | 'refused' | 'withdrawn' | 'interrupted';
export type MessageStatus = UserStatus | AssistantStatus | NoticeStatus;

/** One call of a tool. Call and result are one row, so nothing can part them. */
export interface MessageToolCall {
  /** `STEP-INDEX`, the step being its model call: unique within the session over all its runs. */
  readonly callId: string;
  readonly name: string;
  /** JSON, as the model gave it. */
  readonly arguments: string;
  readonly state: ToolState;
  /** Words of the model before its calls, with the first call of a step. They are no outcome (I2). */
  readonly said?: string;
  /** While a person is asked. */
  readonly approval?: ToolApproval;
}
/** `unknown`: it began, and nobody can say how it ended. */
export type ToolState = 'approval' | 'started' | 'done' | 'failed' | 'unknown';
export interface ToolApproval {
  readonly id: string;
  /** When it counts as denied; milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface MessageSource {
  readonly kind: 'session' | 'job';
  readonly key: string;
}

/** Tokens as the provider reported them, or as we estimated them when it said nothing (`estimated`). */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens?: number;
  readonly estimated?: true;
}

/** The stable part of a problem object; `detail` is a sentence for the person, in their language. */
export interface MessageProblem {
  readonly code: string;
  readonly detail: string;
}

export type TurnOutcome = 'replied' | 'failed' | 'refused' | 'withdrawn' | 'interrupted';

/** The outcome that a row is for its turn, or undefined when it is not an outcome (I2). */
export function messageOutcome(message: Pick<Message, 'role' | 'status'>): TurnOutcome | undefined {
  if (message.role === 'assistant') return message.status === 'partial' ? 'interrupted' : 'replied';
  if (message.role !== 'notice') return undefined;
  switch (message.status) {
    case 'failed':
    case 'refused':
    case 'withdrawn':
    case 'interrupted':
      return message.status;
    default:
      return undefined;
  }
}
