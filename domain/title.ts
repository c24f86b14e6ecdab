import type { Language } from './language.ts';
import { phrase } from './phrases/phrase.ts';

const longest = 60;
/** Room for the mark within the 200 characters that a title may have. */
const longestOrigin = 180;

/** A first title from a message: its first line with words, cut at a word near 60 characters. */
export function titleFromMessage(text: string): string {
  const line = text.split(/\r?\n/).find((candidate) => candidate.trim() !== '') ?? '';
  return cut(line.trim().replace(/\s+/g, ' '));
}

/** A title out of a model's answer: one line without quotes, labels and closing dot; undefined when nothing is left. */
export function titleFromModel(text: string): string | undefined {
  const line = titleFromMessage(text)
    .replace(/^(title|标题)\s*[:：]\s*/i, '')
    .replace(/^["'“”「《*#\s]+|["'“”」》*.。\s]+$/g, '');
  return line === '' ? undefined : line;
}

/** The title of a session that continues another. */
export function forkTitle(title: string, language: Language): string {
  return phrase('fork-title', language, { title: title.slice(0, longestOrigin).toWellFormed() });
}

function cut(line: string): string {
  const characters = Array.from(line);
  if (characters.length <= longest) return line;
  const head = characters.slice(0, longest - 1).join('');
  const space = head.lastIndexOf(' ');
  return `${space > longest / 2 ? head.slice(0, space) : head}…`;
}
