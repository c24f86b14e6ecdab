import type { CallContext } from '../domain/model-call.ts';
import type { Language } from '../domain/language.ts';
import { phrase } from '../domain/phrases/phrase.ts';
import { titleFromMessage } from '../domain/title.ts';
import { estimateUsage } from './estimate-usage.ts';
import type { Model, ModelEnd, ModelPart, ModelRequest } from './model.ts';
import { readDialogue, summariseDialogue } from './offline-summary.ts';

/** Stands in while no model is connected: says so, repeats what the session holds, and shows how to connect one. */
export const createOfflineModel = (contextLimit: number): Model => ({
  name: 'offline',
  contextLimit,
  takesTools: true,
  stream: streamWords,
});

async function* streamWords(request: ModelRequest): AsyncGenerator<ModelPart, ModelEnd> {
  const { context, signal } = request;
  if (asksForTime(request)) return { finish: 'stop', usage: estimateUsage(context, ''), toolCalls: [askNow] };
  const answer = answerOf(context);
  // Chinese has no spaces: a few characters make a part.
  for (const text of answer.match(/\s*(?:\p{Script=Han}{1,4}|[^\s\p{Script=Han}]+)|\s+$/gu) ?? []) {
    signal.throwIfAborted();
    yield { text };
  }
  return { finish: 'stop', usage: estimateUsage(context, answer) };
}

/** The whole answer; the same for the same context. */
function answerOf(context: CallContext): string {
  const asked = context.messages.findLast(({ role }) => role === 'user')?.text ?? '';
  switch (context.kind) {
    case 'reply':
      return replyTo(context, asked);
    case 'greeting':
      return phrase('offline-greeting', context.language, {});
    case 'title':
      return titleFromMessage(readDialogue(asked)[0]?.text ?? asked);
    case 'summary':
      return summariseDialogue(asked);
    default:
      return context.kind satisfies never;
  }
}

const variable = 'OPENAI_API_KEY';

const askNow = { name: 'now', arguments: '{}' } as const;

/** The one thing that it can find out, as long as it may: then it tells what it was told. */
const asksForTime = ({ context, tools = [] }: ModelRequest): boolean =>
  context.kind === 'reply' &&
  context.messages.at(-1)?.role === 'user' &&
  tools.some(({ name }) => name === askNow.name) &&
  /\bwhat(?:’|'| i)?s? (?:is )?(?:the )?(?:time|date)\b|现在几点|几点了|今天几号/i.test(
    context.messages.at(-1)?.text ?? '',
  );

function replyTo({ messages, language }: CallContext, asked: string): string {
  const told = messages.at(-1);
  if (told?.role === 'tool') return phrase('offline-told', language, { text: shorten(told.text, 300) });
  const isExplained = messages.some(({ role, text }) => role === 'assistant' && text.includes(variable));
  const parts = [
    phrase('offline-intro', language, {}),
    phrase('offline-quote', language, { text: shorten(asked, 300) }),
    earlierPart(messages, language),
    ...(isExplained
      ? []
      : [phrase('offline-abilities', language, {}), phrase('offline-connect', language, {})]),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** The last few things that the person said before, newest last. */
function earlierPart(messages: CallContext['messages'], language: Language): string {
  const earlier = messages.slice(0, -1).filter(({ role }) => role === 'user');
  if (earlier.length === 0) return '';
  const lines = earlier.slice(-5).map(({ text }) => `- ${shorten(text, 100)}`);
  return phrase('offline-earlier', language, { lines: lines.join('\n') });
}

function shorten(text: string, longest: number): string {
  const characters = Array.from(text.trim().replace(/\s+/g, ' '));
  return characters.length <= longest ? characters.join('') : `${characters.slice(0, longest - 1).join('')}…`;
}
