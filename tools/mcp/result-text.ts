import { cleanText } from '../clean-text.ts';

/** What a call gave, as far as we look at it. */
export interface CalledResult {
  readonly content?: readonly ContentBlock[] | undefined;
  readonly structuredContent?: unknown;
  readonly isError?: boolean | undefined;
}
interface ContentBlock {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** More than is kept of any result; UTF-16 units. */
const longestResult = 256_000;

/** A result as text for a model; throws its words when the server calls it an error. */
export function resultText({ content = [], structuredContent, isError }: CalledResult): string {
  const parts = content.map(blockText).filter((part) => part !== '');
  const whole =
    parts.length === 0 && structuredContent !== undefined
      ? JSON.stringify(structuredContent)
      : parts.join('\n');
  const text = cleanText(whole, longestResult);
  if (isError === true) throw new Error(text === '' ? 'The tool failed and did not say why.' : text);
  return text === '' ? 'Done; the tool said nothing.' : text;
}

/** What is no text is named, since a model that reads text cannot use it. */
function blockText(block: ContentBlock): string {
  switch (block.type) {
    case 'text':
      return typeof block['text'] === 'string' ? block['text'] : '';
    case 'resource': {
      const text: unknown = Reflect.get(Object(block['resource']), 'text');
      return typeof text === 'string' ? text : '[a resource that is no text]';
    }
    case 'resource_link':
      return `[resource: ${String(block['uri'])}]`;
    default:
      return `[${block.type}]`;
  }
}
