import type { Message } from '../message.ts';

/** The id of a step's tool call: the step is the model call that asked for it. */
export const toolCallId = (call: string, index: number): string => `${call}-${index}`;

/** The step that a tool call belongs to. */
export const stepOf = (callId: string): string => callId.slice(0, Math.max(0, callId.lastIndexOf('-')));

/** The number of the last model call that asked for a tool among these rows; 0 when none did. */
export const lastToolCall = (rows: readonly Message[]): number =>
  Math.max(0, ...rows.map(({ toolCall }) => Number(/^c(\d+)-/.exec(toolCall?.callId ?? '')?.[1] ?? 0)));
