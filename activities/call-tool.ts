import { Context } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { mayUseTool, type ToolChoice } from '../domain/tools/tool-definition.ts';
import { checkArguments } from '../tools/check-arguments.ts';
import { cleanText } from '../tools/clean-text.ts';
import { describeTool } from '../tools/content-hash.ts';
import type { Tool } from '../tools/tool.ts';
import type { Toolbox } from '../tools/toolbox.ts';
import type { CallToolInput, ToolActivities, ToolResult } from '../workflows/protocol.ts';

export interface ToolParts {
  readonly toolbox: Pick<Toolbox, 'find'>;
  /** What sessions may use that say nothing themselves. */
  readonly usual: ToolChoice;
  /** How long one call may take; milliseconds. */
  readonly callMs: number;
}

/** One call of a tool, from the queue of tools. Whatever a tool does wrong is a result that the model reads. */
export const createToolActivities = (parts: ToolParts): ToolActivities => ({
  callTool: (input) => callTool(parts, input),
});

/** An interrupt comes with the answer to a heartbeat. Milliseconds. */
const heartbeatMs = 400;
/** All that is kept of a result, in UTF-16 units; the model is shown less of it. */
const longestResult = 256_000;
const longestFault = 4_000;

async function callTool(parts: ToolParts, input: CallToolInput): Promise<ToolResult> {
  const activity = Context.current();
  const beat = setInterval(() => activity.heartbeat(), heartbeatMs);
  try {
    const tool = findTool(parts, input);
    if (tool === undefined) return failed('This tool is not available any more.');
    const checked = checkArguments(describeTool(tool), input.arguments);
    return checked.fault === undefined
      ? await runTool(tool, checked.args, { input, callMs: parts.callMs })
      : failed(checked.fault);
  } finally {
    clearInterval(beat);
  }
}

/** What the session may not use is not there for it. */
const findTool = ({ toolbox, usual }: ToolParts, { name, tools }: CallToolInput): Tool | undefined =>
  mayUseTool(name, tools, usual) ? toolbox.find(name) : undefined;

interface Run {
  readonly input: CallToolInput;
  readonly callMs: number;
}

async function runTool(tool: Tool, args: unknown, { input, callMs }: Run): Promise<ToolResult> {
  const activity = Context.current();
  const late = new AbortController();
  const signal = AbortSignal.any([activity.cancellationSignal, late.signal]);
  const timer = setTimeout(() => late.abort(), callMs);
  const { session, turn, callId, language, messageIds } = input;
  try {
    const run = tool.run(args, { session, turn, callId, signal, language, messageIds });
    // A tool that does not heed the signal must not hold the turn.
    const text = await Promise.race([run, whenAborted(signal)]);
    return { state: 'done', text: cleanText(text, longestResult) };
  } catch (error) {
    if (activity.cancellationDetails?.workerShutdown === true)
      throw ApplicationFailure.create({ type: 'WorkerShutdown', message: 'The worker stops.' });
    if (activity.cancellationSignal.aborted) throw new CancelledFailure('The call was cancelled.');
    return late.signal.aborted ? overdue(tool, callMs) : failed(reasonOf(error));
  } finally {
    clearTimeout(timer);
  }
}

const failed = (text: string): ToolResult => ({ state: 'failed', text });

/** Whoever was asked may still do it. */
function overdue(tool: Tool, callMs: number): ToolResult {
  const seconds = Math.round(callMs / 1000);
  const text = `The call took longer than ${seconds} s and was given up.`;
  return tool.isIdempotent
    ? failed(text)
    : { state: 'unknown', text: `${text} It may or may not have taken effect.` };
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return cleanText(message, longestFault) || 'The tool failed and did not say why.';
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = (): void => reject(new Error('The call was stopped.'));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
