/** What must hold after the blows, judged from the outside: from transcripts and from what the model server was asked. */
import type { MessageAnswer } from '../../cli/client/answers.ts';
import type { ChatRequest } from '../fake-openai.ts';
import { findMarks, messageId, type AcceptedMessage } from './talker.ts';

export interface SessionRecord {
  readonly key: string;
  /** In the order in which the server accepted them. */
  readonly accepted: readonly AcceptedMessage[];
  readonly messages: readonly MessageAnswer[];
}

/** Every breach as a sentence; empty when nothing was lost, doubled, moved or mixed up. */
export function judgeSession(record: SessionRecord): readonly string[] {
  const { key, accepted, messages } = record;
  const refused = refusedIds(messages);
  const posted = idsOf(messages.filter(({ role }) => role === 'user')).filter((id) => !refused.has(id));
  const expected = idsOf(accepted).filter((id) => !refused.has(id));
  const order =
    posted.join() === expected.join()
      ? []
      : [`I1, I4: ${key} accepted ${expected.join()} and has ${posted.join()}`];
  const turns = messages.map(({ turn }) => turn);
  const isSorted = turns.every((turn, index) => index === 0 || turn >= (turns[index - 1] ?? 0));
  const sorted = isSorted ? [] : [`I4: the turns of ${key} are not in order: ${turns.join()}`];
  return [...order, ...sorted, ...accepted.flatMap((message) => judgeOutcome(message, messages))];
}

const idsOf = (rows: readonly { readonly id: string }[]): readonly string[] => rows.map(({ id }) => id);

/**
 * The messages that found too many waiting. Each is a turn of its own, taken at once and so before those that wait, and
 * no model is shown it.
 */
export function refusedIds(messages: readonly MessageAnswer[]): ReadonlySet<string> {
  return new Set(
    messages.flatMap(({ problem, replyTo }) => (problem?.code === 'session-busy' && replyTo) || []),
  );
}

function judgeOutcome(message: AcceptedMessage, messages: readonly MessageAnswer[]): readonly string[] {
  const row = messages.find(({ id }) => id === message.id);
  if (row === undefined) return [`I1: ${message.id} is lost`];
  const outcomes = messages.filter((other) => other.turn === row.turn && isOutcome(other));
  const [outcome] = outcomes;
  if (outcome === undefined || outcomes.length > 1)
    return [`I2: ${message.id} has ${outcomes.length} outcomes`];
  if (outcome.replyTo !== message.id)
    return [`I2: the outcome of ${message.id} answers ${outcome.replyTo ?? 'nothing'}`];
  const isReplyToOther = outcome.role === 'assistant' && !outcome.text.includes(message.text);
  return isReplyToOther ? [`I2: the reply to ${message.id} is "${outcome.text}"`] : [];
}

const isOutcome = ({ role, status }: MessageAnswer): boolean =>
  role === 'assistant' || (role === 'notice' && status !== 'info');

/** The words of one session only, and its messages in the order of their numbers without a gap but for refused ones. */
export function judgeRequest(
  request: ChatRequest,
  number: number,
  refused: ReadonlySet<string>,
): readonly string[] {
  const asked = request.messages.filter(({ role }) => role === 'user').map(({ content }) => content);
  const keys = new Set(request.messages.flatMap(({ content }) => findMarks(content)).map(({ key }) => key));
  if (keys.size > 1) return [`I3: request ${number} has texts of ${[...keys].join()}`];
  const shown = asked.flatMap((content) => findMarks(content)[0] ?? []);
  const numbers = shown.map((mark) => mark.number);
  const [first = 1, last = 0] = [numbers[0], numbers.at(-1)];
  const expected = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index).filter(
    (one) => !refused.has(messageId([...keys].join(), one)),
  );
  return numbers.join() === expected.join()
    ? []
    : [`I4: request ${number} shows the messages ${numbers.join()}`];
}
