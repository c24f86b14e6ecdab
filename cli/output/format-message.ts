import type { MessageAnswer } from '../client/answers.ts';
import { neutraliseLine, neutraliseText } from './neutralise.ts';
import type { Output } from './output.ts';

type Colours = Output['colours'];

/** What a person said, marked as in the prompt; the lines after the first are indented to it. */
export function formatUserText(text: string, colours: Colours): string {
  const [first = '', ...rest] = neutraliseText(text).split('\n');
  return [
    `${colours.cyan('>')} ${colours.bold(first)}`,
    ...rest.map((line) => `  ${colours.bold(line)}`),
  ].join('\n');
}

/** What the server says beside the conversation. */
export const formatNotice = (text: string, colours: Colours): string =>
  neutraliseText(text)
    .split('\n')
    .map((line) => (line === '' ? '' : colours.dim(`· ${line}`)))
    .join('\n');

/** One row of a transcript. Who sent it is named where it was not the session's own person. */
export function formatMessage(message: MessageAnswer, colours: Colours): string {
  const sender =
    message.from === undefined ? '' : `${neutraliseLine(`[${message.from.kind} ${message.from.key}]`)} `;
  switch (message.role) {
    case 'user':
      return formatUserText(sender + message.text, colours);
    case 'notice':
      return formatNotice(sender + message.text, colours);
    case 'tool':
      return formatTool(message, colours);
    default:
      return (
        neutraliseText(message.text) + (message.status === 'partial' ? colours.dim(' [interrupted]') : '')
      );
  }
}

/** Enough of a result to know what it was; characters. */
const longestResult = 400;

/** A call of a tool, after the words with which the model asked for it. */
function formatTool({ text, toolCall }: MessageAnswer, colours: Colours): string {
  if (toolCall === undefined) return formatNotice(text, colours);
  const { name, arguments: given, state, said } = toolCall;
  const result = text.length > longestResult ? `${text.slice(0, longestResult)}…` : text;
  const how = state === 'done' ? '' : ` [${state}]`;
  const call = formatNotice(`${name}(${given === '{}' ? '' : neutraliseLine(given)})${how}`, colours);
  const shown = result === '' ? [] : [formatNotice(`  ${result}`, colours)];
  return [...(said === undefined ? [] : [neutraliseText(said)]), call, ...shown].join('\n');
}
