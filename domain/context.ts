import type { CallContext, ContextMessage } from './model-call.ts';
import type { Message } from './message.ts';
import { phrase } from './phrases/phrase.ts';
import { tokensOfAll } from './context-rows.ts';
import { fitText, tokensOf } from './fit-text.ts';
import { fitTurns } from './fit.ts';
import type { PendingCall, SessionState } from './session-state.ts';
import { cutMiddle } from './tools/cut-middle.ts';

/**
 * What one model call is shown: this session's instructions, its summary and its transcript (I3), never more than the
 * budget. Instructions come first and change rarely, so that providers can reuse the prefix; the newest turns are kept
 * whole and older ones left out.
 */
export function assembleContext(state: SessionState, call: PendingCall, modelTokens: number): CallContext {
  const budgetTokens = Math.min(modelTokens, call.mostTokens ?? modelTokens);
  switch (call.kind) {
    case 'reply':
      return replyContext(state, call, budgetTokens);
    case 'greeting':
      return fixedContext(state, call, budgetTokens, {
        instructions: baseInstructions(state),
        text: state.settings.resetPrompt ?? '',
      });
    case 'title':
      return fixedContext(state, call, budgetTokens, {
        instructions: phrase('title-instructions', languageOfTurn(state), {}),
        text: dialogue(visibleRows(state, call.chapter, 0).filter(isSpoken).slice(0, 2)),
      });
    case 'summary':
      return fixedContext(state, call, budgetTokens, {
        instructions: phrase('summary-instructions', languageOfTurn(state), {}),
        text: summaryText(state, call),
      });
  }
}

function replyContext(state: SessionState, call: PendingCall, budgetTokens: number): CallContext {
  const running = state.running;
  const summary = state.summary?.chapter === call.chapter ? state.summary : null;
  const summaryPart =
    summary === null ? '' : phrase('summary-heading', languageOfTurn(state), { summary: summary.text });
  // Behind what every call of the session begins with, so that providers can reuse that.
  const closing = call.isClosing === true ? phrase('tools-used-up', languageOfTurn(state), {}) : '';
  const instructions = [baseInstructions(state), running?.system ?? '', summaryPart, closing]
    .filter((part) => part !== '')
    .join('\n\n');
  const fixed = fitText(instructions, Math.floor(budgetTokens / 2));
  const rows = visibleRows(state, call.chapter, summary?.throughTurn ?? 0);
  const messages = fitTurns(rows, call.turn, budgetTokens - tokensOf(fixed));
  const context = shownContext(state, call, fixed, messages);
  const step = call.step === undefined ? context : { ...context, step: call.step };
  return call.isClosing === true ? step : { ...step, tools: state.facts.tools };
}

function fixedContext(
  state: SessionState,
  call: PendingCall,
  budgetTokens: number,
  content: { readonly instructions: string; readonly text: string },
): CallContext {
  const text = fitText(content.text, Math.max(16, budgetTokens - tokensOf(content.instructions)));
  return shownContext(state, call, content.instructions, [{ role: 'user', text }]);
}

function shownContext(
  state: SessionState,
  call: PendingCall,
  instructions: string,
  messages: readonly ContextMessage[],
): CallContext {
  return {
    kind: call.kind,
    turn: call.turn,
    messageIds: call.kind === 'reply' ? (state.running?.messageIds ?? []) : [],
    model: call.fallback?.model ?? state.facts.model,
    instructions,
    messages,
    tokens: tokensOf(instructions) + tokensOfAll(messages),
    language: languageOfTurn(state),
  };
}

const baseInstructions = (state: SessionState): string =>
  state.facts.instructions ?? phrase('default-instructions', 'en', {});

const languageOfTurn = (state: SessionState) => state.running?.language ?? state.settings.language;

/**
 * The rows of a chapter that a model may see: words of the person and the model and what tools gave, in order, of turns that
 * have begun.
 */
function visibleRows(state: SessionState, chapter: number, afterTurn: number): readonly Message[] {
  const unanswered = new Set(
    state.messages
      .filter((row) => row.status === 'withdrawn' || row.status === 'refused')
      .map((row) => row.replyTo),
  );
  return state.messages
    .filter(
      (row) =>
        row.chapter === chapter &&
        (row.turn > afterTurn || row.turn === 0) &&
        (row.role === 'assistant' ||
          row.role === 'tool' ||
          (row.role === 'user' && isBegun(row) && !unanswered.has(row.id))),
    )
    .toSorted((a, b) => a.turn - b.turn || a.position - b.position);
}

const isBegun = (row: Message): boolean => row.status === 'running' || row.status === 'done';

function summaryText(state: SessionState, call: PendingCall): string {
  const earlier = state.summary?.chapter === call.chapter ? state.summary : null;
  const rows = visibleRows(state, call.chapter, earlier?.throughTurn ?? 0).filter(
    (row) => row.turn <= (call.throughTurn ?? 0),
  );
  return [earlier?.text ?? '', dialogue(rows)].filter((part) => part !== '').join('\n\n');
}

const isSpoken = (row: Message): boolean => row.role !== 'tool';

const dialogue = (rows: readonly Message[]): string => rows.map(lineOf).join('\n\n');

/** So much of what a tool was asked and gave is worth a summary; characters. */
const longestOfTool = 400;

function lineOf({ role, text, toolCall }: Message): string {
  if (role !== 'tool') return `${role === 'user' ? 'User' : 'Assistant'}: ${text}`;
  const asked = cutMiddle(toolCall?.arguments ?? '', longestOfTool);
  return `Tool ${toolCall?.name ?? ''}(${asked}): ${cutMiddle(text, longestOfTool)}`;
}
