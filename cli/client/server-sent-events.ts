/** One event of a `text/event-stream`. `id` is the last one that the stream named. */
export interface ServerSentEvent {
  readonly name: string;
  readonly data: string;
  readonly id: string | undefined;
}

/**
 * Reads events as they arrive. An event that the end of the stream cuts off does not count. `onActivity` hears of
 * everything that arrives, comments too; `onPlace` of ids that come without an event, as at the beginning of a stream.
 */
export async function* readServerSentEvents(
  chunks: AsyncIterable<Uint8Array>,
  onActivity: () => void = () => undefined,
  onPlace: (id: string) => void = () => undefined,
): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  let draft = emptyDraft;
  for await (const chunk of chunks) {
    onActivity();
    const [lines, last] = splitLines(rest + decoder.decode(chunk, { stream: true }));
    rest = last;
    for (const line of lines) {
      if (line === '' && draft.data !== undefined) yield { name: draft.name, data: draft.data, id: draft.id };
      else if (line === '' && draft.id !== undefined) onPlace(draft.id);
      draft = line === '' ? { ...emptyDraft, id: draft.id } : addLine(draft, line);
    }
  }
}

interface Draft {
  readonly name: string;
  readonly data: string | undefined;
  readonly id: string | undefined;
}
const emptyDraft: Draft = { name: 'message', data: undefined, id: undefined };

/** The whole lines, and what is left. A carriage return at the end may be the first half of a line's end. */
function splitLines(text: string): readonly [readonly string[], string] {
  const lines = text.split(/\r\n|\n|\r(?!$)/);
  const rest = lines.pop() ?? '';
  return [lines, rest];
}

function addLine(draft: Draft, line: string): Draft {
  const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
  switch (field) {
    case 'event':
      return { ...draft, name: value };
    case 'data':
      return { ...draft, data: draft.data === undefined ? value : `${draft.data}\n${value}` };
    case 'id':
      return value.includes('\0') ? draft : { ...draft, id: value };
    default:
      return draft;
  }
}
