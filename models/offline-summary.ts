/** One contribution to a dialogue as calls for titles and summaries are shown it. */
export interface Contribution {
  readonly speaker: 'User' | 'Assistant';
  readonly text: string;
}

/** Takes a dialogue apart; what stands before its first speaker is left out. */
export function readDialogue(dialogue: string): readonly Contribution[] {
  return [
    ...dialogue.matchAll(/^(User|Assistant): ([\s\S]*?)(?=\n\n(?:User|Assistant): |$(?![\s\S]))/gm),
  ].map(([, speaker, text = '']) => ({
    speaker: speaker === 'User' ? 'User' : 'Assistant',
    text: text.trim(),
  }));
}

/** Some eight hundred tokens, a small part of any model's input. */
const longestSummary = 3_000;
const longestLine = 200;

/**
 * A summary that only leaves out: the first sentence of what each person said, after the lines of the summary before it.
 * When that is too much, the oldest lines go.
 */
export function summariseDialogue(dialogue: string): string {
  const start = dialogue.search(/^(User|Assistant): /m);
  const earlier = start === -1 ? dialogue : dialogue.slice(0, start);
  const lines = [
    ...earlier.split('\n').filter((line) => line.startsWith('- ')),
    ...readDialogue(dialogue)
      .filter(({ speaker, text }) => speaker === 'User' && text !== '')
      .map(({ text }) => `- ${firstSentence(text)}`),
  ];
  let length = 0;
  const kept = lines.toReversed().filter((line) => (length += line.length + 1) <= longestSummary);
  return kept.toReversed().join('\n');
}

function firstSentence(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  const sentence = /^.*?(?:[.!?](?=\s|$)|[。！？])/u.exec(line)?.[0] ?? line;
  return Array.from(sentence).slice(0, longestLine).join('');
}
