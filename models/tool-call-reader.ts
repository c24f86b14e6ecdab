import type { ToolCallChunk } from '@langchain/core/messages/tool';
import type { ModelToolCall } from './model.ts';

/** More than any call needs; a model that writes on and on is stopped. UTF-16 units. */
const longestCalls = 200_000;

interface OpenCall {
  readonly place: number | undefined;
  readonly id: string;
  name: string;
  arguments: string;
}

/**
 * Puts the calls of an answer together out of the parts in which they come. Servers number them, name them, do both or
 * neither: a part belongs to the last call of its number, unless it brings another id.
 */
export class ToolCallReader {
  readonly #calls: OpenCall[] = [];
  #length = 0;

  /** Takes further parts; false when it is too much. */
  take(chunks: readonly ToolCallChunk[]): boolean {
    for (const chunk of chunks) {
      const { index } = chunk;
      // Some servers send null for what there is not.
      const [id, name, args] = [chunk.id ?? '', chunk.name ?? '', chunk.args ?? ''];
      const call = this.#callFor(index, id, name);
      call.name += name;
      call.arguments += args;
      this.#length += name.length + args.length;
    }
    return this.#length <= longestCalls;
  }

  /** What has come, in order; a part that names no tool is none. */
  get toolCalls(): readonly ModelToolCall[] {
    return this.#calls
      .filter(({ name, arguments: given }) => name !== '' || given !== '')
      .map(({ name, arguments: given }) => ({ name, arguments: given }));
  }

  #callFor(place: number | undefined, id: string, name: string): OpenCall {
    const last =
      place === undefined ? this.#calls.at(-1) : this.#calls.findLast((call) => call.place === place);
    const isOther = id !== '' && last?.id !== '' && last?.id !== id;
    // Without number and id a name begins the next call.
    const isNext = place === undefined && id === '' && name !== '';
    if (last !== undefined && !isOther && !isNext) return last;
    const call = { place, id, name: '', arguments: '' };
    this.#calls.push(call);
    return call;
  }
}
