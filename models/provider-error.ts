import { ModelError, type RetryAdvice } from './model-error.ts';
import { readField, readPath, textOf } from './read-field.ts';

/** What the client library's errors have in common, as far as each of them has it. */
interface ErrorFacts {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
  readonly code: string;
  readonly retryAfterMs: number | undefined;
  /** Of the error under it, and of the one under that: where the network's errors say what happened. */
  readonly causes: string;
  /** The message of the last of them. */
  readonly deepest: string;
}

/**
 * What an error of a provider's library means, in our codes, and whether the same request may succeed later. `secret` is
 * the key in use: some servers repeat it in their answers.
 */
export function toModelError(error: unknown, secret: string | undefined): ModelError {
  if (error instanceof ModelError) return error;
  const facts = readFacts(error);
  const { code, retry } = classify(facts);
  const reason = shorten(reasonOf(facts), secret);
  return new ModelError({ code, reason }, retry, { cause: error });
}

interface Verdict {
  readonly code: string;
  readonly retry: RetryAdvice;
}
const final = (code: string): Verdict => ({ code, retry: 'never' });
const soon = (code: string): Verdict => ({ code, retry: 'soon' });
const later = (code: string, afterMs: number | undefined): Verdict => ({
  code,
  retry: afterMs === undefined ? 'soon' : { afterMs },
});

function classify(facts: ErrorFacts): Verdict {
  const { name, status } = facts;
  if (isTooLong(facts)) return final('context-too-long');
  if (status !== undefined) return classifyStatus(facts, status);
  if (name === 'SyntaxError') return soon('model-garbled');
  if (/TIMEOUT|ETIMEDOUT/.test(facts.causes) || name === 'TimeoutError') return soon('model-timeout');
  if (/ENOTFOUND|ECONNREFUSED|EAI_AGAIN|UNREACH|CERT|fetch failed/.test(facts.causes))
    return soon('model-unreachable');
  if (/terminated|closed|reset|aborted|did not receive done/i.test(`${facts.message} ${facts.causes}`))
    return soon('model-cut-off');
  // An error object in the middle of the stream has no status.
  if (facts.code !== '') return soon('model-overloaded');
  // A reader that stumbles over what it was sent.
  return soon(name === 'TypeError' ? 'model-garbled' : 'model-failed');
}

function classifyStatus(facts: ErrorFacts, status: number): Verdict {
  if (isRefusal(facts)) return final('model-refused');
  switch (status) {
    case 401:
      return final('model-auth');
    case 402:
    case 403:
      return final('model-forbidden');
    case 404:
      return final('model-unknown');
    case 408:
      return soon('model-timeout');
    case 425:
    case 429:
      // A quota that is used up does not come back while somebody waits.
      return facts.code === 'insufficient_quota'
        ? final('model-rate-limited')
        : later('model-rate-limited', facts.retryAfterMs);
    default:
      return status < 500 ? final('model-rejected') : later('model-overloaded', facts.retryAfterMs);
  }
}

/** Each server has its own words for it, and its own status. */
const isTooLong = ({ name, code, message, status }: ErrorFacts): boolean =>
  name === 'ContextOverflowError' ||
  /context_length|context_size|string_above_max_length/.test(code) ||
  status === 413 ||
  (status !== 429 &&
    /context (length|window|size)|maximum (context|input|prompt)|prompt is too long|too many (input )?tokens/i.test(
      message,
    ));

const isRefusal = ({ code, message, status = 0 }: ErrorFacts): boolean =>
  status < 500 &&
  status !== 401 &&
  /content.?(filter|policy|management)|safety system|moderation/i.test(`${code} ${message}`);

function readFacts(error: unknown): ErrorFacts {
  // Anthropic's library hands on the body as it came; its error has a type where others have a code.
  const body = readPath(error, ['error', 'error']);
  const code = readText(error, 'code') || textOf(readField(body, 'type'));
  const status = readField(error, 'status') ?? readField(error, 'status_code');
  return {
    name: readText(error, 'name'),
    message: textOf(readField(body, 'message')) || readText(error, 'message'),
    // In the middle of a stream the status comes as the code of the error object.
    status: typeof status === 'number' ? status : /^[45]\d\d$/.test(code) ? Number(code) : undefined,
    code,
    retryAfterMs: retryAfterMs(readField(error, 'headers')),
    ...causesOf(error),
  };
}

function causesOf(error: unknown): Pick<ErrorFacts, 'causes' | 'deepest'> {
  const first = readField(error, 'cause');
  const texts = [first, readField(first, 'cause')]
    .flatMap((cause) => [readText(cause, 'code'), readText(cause, 'message')])
    .filter((text) => text !== '');
  return { causes: texts.join(' '), deepest: texts.at(-1) ?? '' };
}

/** `Retry-After` in seconds or as a date, or the more exact header that some providers send. */
function retryAfterMs(headers: unknown): number | undefined {
  if (!(headers instanceof Headers)) return undefined;
  const exact = Number(headers.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(exact)) return Math.max(0, exact);
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  const ms = /^\s*[\d.]+\s*$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** The words that say most: the server's own, or what happened on the network under "Connection error." */
function reasonOf({ name, message, deepest }: ErrorFacts): string {
  // It would quote the text that it could not read.
  if (name === 'SyntaxError') return 'it is no JSON';
  if (message === 'terminated') return '';
  // Some libraries quote the whole body.
  const quoted = /"message"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(message)?.[1];
  if (quoted !== undefined) return quoted;
  return /^(connection error\.?|fetch failed)?$/i.test(message) ? deepest : message;
}

const longestReason = 200;

/** One line without markup, keys and the library's advice for programmers. */
function shorten(text: string, secret: string | undefined): string {
  const known = secret === undefined || secret === '' ? text : text.replaceAll(secret, '***');
  const line = known
    .replace(/Troubleshooting URL:[\s\S]*$/, '')
    .replace(/^\d{3} /, '')
    .replace(/<(style|script|title)[\s\S]*?<\/\1>|<[^>]*>/gi, ' ')
    .replace(/\b(sk|pk|key)-[\w*.-]+/gi, '***')
    .replace(/\bBearer\s+\S+/gi, 'Bearer ***')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  const characters = Array.from(line);
  return characters.length <= longestReason ? line : `${characters.slice(0, longestReason - 1).join('')}…`;
}

function readText(value: unknown, name: string): string {
  const field = readField(value, name);
  return typeof field === 'string' || typeof field === 'number' ? String(field) : '';
}
