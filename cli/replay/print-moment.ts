import { formatMessage } from '../output/format-message.ts';
import { neutraliseLine, neutraliseText } from '../output/neutralise.ts';
import type { Output } from '../output/output.ts';
import type { MomentAnswer } from './load-timeline.ts';
import { formatMoment } from './print-steps.ts';

/** The state at a step: what it was, the session's facts, what waited, the transcript, and what the model had been shown. */
export function printMoment(output: Output, moment: MomentAnswer): void {
  const { step, facts, transcript, inbox } = moment;
  output.line(output.colours.bold(`Step ${step.n}, ${formatMoment(step.at)}: ${neutraliseLine(step.title)}`));
  heading(output, 'Facts');
  for (const [name, value] of Object.entries(facts))
    output.line(`${output.colours.dim(name.padEnd(16))}${neutraliseLine(textOf(value))}`);
  heading(output, `Waiting (${inbox.length})`);
  for (const { id, text } of inbox) output.line(neutraliseLine(text ?? id));
  heading(output, `Transcript (${transcript.length})`);
  for (const message of transcript) output.line(formatMessage(message, output.colours));
  printContext(output, moment.context);
}

function printContext(output: Output, context: MomentAnswer['context']): void {
  if (context === null) return heading(output, 'No model had been asked yet');
  heading(output, `What the model was shown last (${context.tokens} tokens)`);
  if (context.instructions !== null) output.line(neutraliseText(context.instructions));
  for (const { role, text } of context.messages)
    output.line(`${output.colours.dim(`${neutraliseLine(role)}:`)} ${neutraliseText(text)}`);
}

function heading(output: Output, text: string): void {
  output.line(`\n${output.colours.bold(text)}`);
}

const textOf = (value: unknown): string =>
  value === null ? '–' : typeof value === 'string' ? value : JSON.stringify(value);
