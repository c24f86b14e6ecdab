import { randomUUID } from 'node:crypto';
import type { MessageAnswer } from '../client/answers.ts';
import { type Client } from '../client/client.ts';
import type { Followed } from '../client/follow-session.ts';
import { postMessage } from '../client/post-message.ts';
import type { SessionEvent } from '../client/session-event.ts';
import { CommandError } from '../command-error.ts';
import { formatNotice, formatUserText } from '../output/format-message.ts';
import { neutraliseLine } from '../output/neutralise.ts';
import type { Output } from '../output/output.ts';
import type { ChatScreen } from './chat-screen.ts';
import { addToken, emptyReply, type ReplyText } from './reply-text.ts';
import { outcomeSentence, resetSentence, toolSentence, waitingSentence } from './sentences.ts';
import { Transcript } from './transcript.ts';

type Event<Kind extends SessionEvent['kind']> = Extract<SessionEvent, { kind: Kind }>;

export interface ConversationParts {
  readonly client: Client;
  readonly key: string;
  readonly screen: ChatScreen;
  readonly colours: Output['colours'];
  readonly signal: AbortSignal;
  /** Hears of defects in what nobody waits for. */
  readonly onFailure: (error: unknown) => void;
}

/** One session on the screen: what was said in it, what is said now, and what the person at this terminal posts. */
export class Conversation {
  readonly #parts: ConversationParts;
  readonly #transcript: Transcript;
  /** Messages of this terminal without an outcome yet, in the order in which they were typed. */
  readonly #pending = new Map<string, string>();
  #posting: Promise<void> = Promise.resolve();
  #reply: ReplyText | undefined;
  #isBegun = false;

  constructor(parts: ConversationParts) {
    this.#parts = parts;
    this.#transcript = new Transcript(parts);
  }

  /** Whether Ctrl-C has something to stop. */
  get isBusy(): boolean {
    return this.#reply !== undefined || this.#pending.size > 0;
  }

  notice(text: string): void {
    this.#parts.screen.line(formatNotice(text, this.#parts.colours));
  }

  /** Posts in the order of typing. While a turn runs the text is shown when its own begins. */
  post(text: string): void {
    const id = `cli-${randomUUID()}`;
    if (!this.isBusy) this.#echo(id, text);
    this.#pending.set(id, text);
    this.#showStatus();
    this.#posting = this.#posting.then(() => this.#send(id, text)).catch(this.#parts.onFailure);
  }

  async follow(followed: Followed): Promise<void> {
    switch (followed.kind) {
      case 'connected':
        this.#showStatus();
        if (!this.#isBegun) await this.#transcript.begin();
        else if (!followed.isResumed) await this.#catchUp();
        this.#isBegun = true;
        return;
      case 'lost':
        this.#parts.screen.setStatus('the connection is lost, trying again');
        return;
      case 'event':
        return this.#take(followed.event);
    }
  }

  async #take(event: SessionEvent): Promise<void> {
    switch (event.kind) {
      case 'turn.started':
        return this.#begin(event);
      case 'turn.waiting':
        return this.#parts.screen.setStatus(waitingSentence(event, Date.now()));
      case 'token':
        return this.#add(event);
      case 'turn.reset':
        return this.#startAgain(event);
      case 'tool':
        return this.#tell(event);
      case 'turn.finished':
        return this.#finish(event);
      case 'session.changed':
        // Notices that are no outcome, such as "restored", come by no event of their own.
        return this.#reply === undefined ? this.#transcript.showNotices() : undefined;
      case 'stream.reset':
        this.notice('Part of what came meanwhile was missed here; it follows from its beginning.');
        this.#reply = undefined;
        return this.#catchUp();
      case 'session.deleted':
        return this.notice('This session has been deleted. /switch KEY goes to another one, /quit leaves.');
    }
  }

  async #begin({ turn, attempt, messageIds }: Event<'turn.started'>): Promise<void> {
    if (this.#reply?.turn === turn || this.#transcript.isAnswered(turn)) return;
    for (const id of messageIds) await this.#showQuestion(id);
    this.#reply = emptyReply(turn, attempt);
    this.#showStatus();
  }

  async #showQuestion(id: string): Promise<void> {
    const own = this.#pending.get(id);
    if (own !== undefined) this.#echo(id, own);
    else await this.#transcript.showRow(id);
  }

  #echo(id: string, text: string): void {
    if (this.#transcript.markShown(id)) this.#parts.screen.line(formatUserText(text, this.#parts.colours));
  }

  #add(token: Event<'token'>): void {
    if (this.#transcript.isAnswered(token.turn)) return;
    const { reply, addition } = addToken(this.#reply ?? emptyReply(token.turn, token.attempt), token);
    this.#reply = reply;
    if (addition === '') return;
    this.#showStatus();
    this.#parts.screen.write(addition);
  }

  #startAgain({ turn, attempt, reason }: Event<'turn.reset'>): void {
    if (this.#transcript.isAnswered(turn)) return;
    // What the model said before its tools stands; the answer follows.
    if (this.#reply !== undefined && reason !== 'step') this.notice(resetSentence(reason));
    this.#reply = emptyReply(turn, attempt);
    this.#showStatus();
  }

  async #tell(event: Event<'tool'>): Promise<void> {
    if (this.#transcript.isAnswered(event.turn)) return;
    const sentence = toolSentence(event);
    if (sentence === undefined) return this.#parts.screen.setStatus(`using ${neutraliseLine(event.name)}`);
    // What is asked for stands in the transcript, as a notice.
    if (event.state === 'approval') await this.#transcript.showNotices();
    this.notice(event.state === 'approval' ? 'Answer with /allow or /deny.' : sentence);
    this.#showStatus();
  }

  async #finish({ outcome, reply, problem, messageIds, turn }: Event<'turn.finished'>): Promise<void> {
    for (const id of messageIds) await this.#showQuestion(id);
    for (const id of messageIds) this.#pending.delete(id);
    const isStreamed = this.#reply?.turn === turn && this.#reply.end > 0;
    if (this.#reply?.turn === turn) this.#reply = undefined;
    // What was missed and found in the transcript is on the screen already.
    if (!this.#transcript.isAnswered(turn)) {
      if (reply !== undefined && !isStreamed) this.#transcript.show(reply);
      else this.#endTurn(outcomeSentence(outcome, problem), reply?.id);
    }
    this.#transcript.markAnswered(turn);
    await this.#transcript.showNotices();
    this.#showStatus();
  }

  /** After a streamed reply, or without one. */
  #endTurn(sentence: string | undefined, replyId: string | undefined): void {
    if (replyId !== undefined) this.#transcript.markShown(replyId);
    this.#parts.screen.line(sentence === undefined ? '' : `${formatNotice(sentence, this.#parts.colours)}\n`);
  }

  /** The stream could not say what happened meanwhile; the transcript can. */
  async #catchUp(): Promise<void> {
    for (const row of await this.#transcript.showMissed()) this.#settle(row);
    this.#showStatus();
  }

  #settle({ replyTo, turn }: MessageAnswer): void {
    if (replyTo !== undefined) this.#pending.delete(replyTo);
    if (this.#reply?.turn === turn) this.#reply = undefined;
  }

  async #send(id: string, text: string): Promise<void> {
    const { client, key, screen, signal } = this.#parts;
    try {
      const onLost = (): void => screen.setStatus('the server is away; the message is sent when it is back');
      const answer = await postMessage(client, key, { id, text }, { signal, onLost });
      if (answer.status !== 'held') return;
      this.notice('The session is archived: the message is held until it is restored (/restore).');
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof CommandError)) throw error;
      this.notice([error.message, error.advice ?? ''].join(' ').trim());
    }
    this.#pending.delete(id);
    this.#showStatus();
  }

  /** Messages of this terminal that wait behind the turn that runs. */
  #waitingCount = (): number =>
    [...this.#pending.keys()].filter((id) => !this.#transcript.isShown(id)).length;

  #showStatus(): void {
    this.#parts.screen.setStatus(this.isBusy ? this.#statusText() : undefined);
  }

  #statusText(): string {
    const waiting = this.#waitingCount();
    const behind = waiting === 0 ? '' : `${waiting} of your messages ${waiting === 1 ? 'waits' : 'wait'}`;
    const hasText = this.#reply !== undefined && this.#reply.end > 0;
    return [...(hasText ? [] : ['the model is asked']), ...(behind === '' ? [] : [behind])].join(', ');
  }
}
