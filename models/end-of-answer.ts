import type { AIMessageChunk } from '@langchain/core/messages';
import { readPath, textOf } from './read-field.ts';
import { ModelError } from './model-error.ts';
import type { ModelEnd } from './model.ts';

/** What is known of an answer when its stream has ended. */
export interface AnswerEnd {
  readonly kind: string;
  text: string;
  refusal: string;
  /** Why the provider stopped, in its own word; empty when it said nothing. */
  finish: string;
  chunks: number;
  /** Whether it asks for tools: then it needs no word. */
  hasCalls: boolean;
}

/** Kinds that always say why they stopped: without a word the stream was cut. */
const sayingWhy = new Set(['openai', 'anthropic', 'ollama']);
const lengthEnds = /^(length|max_tokens|model_context_window_exceeded)$/i;
const refusalEnds = /^(content_filter|refusal|safety|prohibited_content|recitation)$/i;

/** How an answer that came to its end has ended; throws `ModelError` when it is none. */
export function endOfAnswer({
  kind,
  text,
  refusal,
  finish,
  chunks,
  hasCalls,
}: AnswerEnd): ModelEnd['finish'] {
  if (chunks === 0)
    throw new ModelError({ code: 'model-garbled', reason: 'the answer is no event stream' }, 'soon');
  if (refusal !== '' && text === '')
    throw new ModelError({ code: 'model-refused', reason: refusal.slice(0, 200) }, 'never');
  if (refusalEnds.test(finish))
    throw new ModelError({ code: 'model-refused', reason: 'content filter' }, 'never');
  if (finish === '' && sayingWhy.has(kind))
    throw new ModelError({ code: 'model-cut-off', reason: '' }, 'soon');
  if (text.trim() === '' && !hasCalls) throw new ModelError({ code: 'model-empty', reason: '' }, 'soon');
  return lengthEnds.test(finish) ? 'length' : 'stop';
}

/** The provider's word for why it stopped, in whichever place its library puts it. */
export const finishOf = ({ response_metadata, additional_kwargs }: AIMessageChunk): string =>
  ['finish_reason', 'finishReason', 'done_reason', 'stop_reason']
    .map((name) => textOf(response_metadata[name]) || textOf(additional_kwargs[name]))
    .find((reason) => reason !== '') ?? '';

/** The model's own refusal, which OpenAI's protocol carries beside the text. */
export const refusalOf = ({ additional_kwargs }: AIMessageChunk): string =>
  textOf(readPath(additional_kwargs['__raw_response'], ['choices', '0', 'delta', 'refusal']));
