import type { MessageAnswer, Outcome, Problem } from '../client/answers.ts';
import type { SessionEvent } from '../client/session-event.ts';
import { neutraliseLine, neutraliseText } from '../output/neutralise.ts';
import type { Output } from '../output/output.ts';
import type { StatusLine } from '../output/status-line.ts';
import { addToken, emptyReply, type ReplyText } from './reply-text.ts';
import { resetSentence, toolSentence, waitingSentence } from './sentences.ts';

export interface Finished {
  readonly outcome: Outcome;
  readonly reply?: MessageAnswer;
  readonly problem?: Problem;
}

/** Prints the one turn that answers a message, and nothing of the session's others. */
export class TurnPrinter {
  readonly #output: Output;
  readonly #hints: Output;
  readonly #status: StatusLine;
  readonly #messageId: string;
  #reply: ReplyText | undefined;
  #isMidLine = false;

  constructor(
    parts: { readonly output: Output; readonly hints: Output; readonly status: StatusLine },
    messageId: string,
  ) {
    this.#output = parts.output;
    this.#hints = parts.hints;
    this.#status = parts.status;
    this.#messageId = messageId;
  }

  /** Returns how the turn ended, with the event that ends it. */
  show(event: SessionEvent): Finished | undefined {
    switch (event.kind) {
      case 'turn.started':
        if (event.messageIds.includes(this.#messageId)) this.#begin(event.turn, event.attempt);
        return undefined;
      case 'turn.waiting':
        this.#status.show(waitingSentence(event, Date.now()));
        return undefined;
      case 'token':
        if (this.#isOwn(event.turn)) this.#add(event);
        return undefined;
      case 'turn.reset':
        if (this.#isOwn(event.turn)) this.#startAgain(event.turn, event.attempt, event.reason);
        return undefined;
      case 'tool':
        if (this.#isOwn(event.turn)) this.#tell(event);
        return undefined;
      case 'turn.finished':
        return event.messageIds.includes(this.#messageId) ? this.settle(event) : undefined;
      default:
        return undefined;
    }
  }

  /** The outcome is known: prints what of the reply has not been printed. */
  settle({ outcome, reply, problem }: Finished): Finished {
    if (reply !== undefined && this.#reply === undefined) this.#print(neutraliseText(reply.text));
    if (this.#isMidLine) this.#print('\n');
    this.#status.clear();
    return {
      outcome,
      ...(reply === undefined ? {} : { reply }),
      ...(problem === undefined ? {} : { problem }),
    };
  }

  #isOwn = (turn: number): boolean => this.#reply?.turn === turn;

  #begin(turn: number, attempt: number): void {
    if (this.#isOwn(turn)) return;
    this.#reply = emptyReply(turn, attempt);
    this.#status.show('the model is asked');
  }

  #add(token: Extract<SessionEvent, { kind: 'token' }>): void {
    const { reply, addition } = addToken(this.#reply ?? emptyReply(token.turn, token.attempt), token);
    this.#reply = reply;
    this.#print(addition);
  }

  #startAgain(turn: number, attempt: number, reason: string): void {
    const hadText = (this.#reply?.end ?? 0) > 0;
    this.#reply = emptyReply(turn, attempt);
    if (this.#isMidLine) this.#print('\n');
    this.#status.clear();
    // What the model said before its tools stands; the answer follows.
    if (reason === 'step') return this.#status.show('the model is asked');
    if (hadText) this.#hints.line(this.#hints.colours.dim(`· ${resetSentence(reason)}`));
    else this.#status.show(resetSentence(reason));
  }

  #tell(event: Extract<SessionEvent, { kind: 'tool' }>): void {
    if (this.#isMidLine) this.#print('\n');
    const sentence = toolSentence(event);
    if (sentence === undefined) return this.#status.show(`using ${neutraliseLine(event.name)}`);
    this.#status.clear();
    this.#hints.line(this.#hints.colours.dim(`· ${sentence}`));
    if (event.approval === undefined) return;
    const id = neutraliseLine(event.approval.id);
    this.#hints.line(`Answer with "atrium approvals allow ${id}" or "atrium approvals deny ${id}".`);
    this.#status.show('waiting for an approval');
  }

  #print(text: string): void {
    if (text === '') return;
    this.#status.clear();
    this.#output.write(text);
    this.#isMidLine = !text.endsWith('\n');
  }
}
