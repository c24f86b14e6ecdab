import { estimateTokens } from '../domain/tokens.ts';
import {
  mayUseTool,
  type KnownTool,
  type ToolChoice,
  type ToolSource,
} from '../domain/tools/tool-definition.ts';
import { contentHash } from './content-hash.ts';

/** What a model is offered in one call. */
export interface ToolOffer {
  readonly tools: readonly KnownTool[];
  /** Estimated tokens of their definitions. */
  readonly tokens: number;
  /** SHA-256 of the set; undefined for an empty one. */
  readonly set: string | undefined;
}

/** Says which tools there are for a session. */
export interface ToolOffers {
  /**
   * The tools that a session with this choice of its own may use now, in the order of their sources, as far as their
   * definitions take no more than so many tokens.
   */
  offer(own: readonly string[] | null, mostTokens: number): Promise<ToolOffer>;
}

export const noOffer: ToolOffer = { tools: [], tokens: 0, set: undefined };

export interface ToolOffersParts {
  readonly list: () => Promise<readonly ToolSource[]>;
  readonly saveSet: (hash: string, definitions: readonly string[]) => Promise<void>;
  readonly usual: ToolChoice;
}

/** What was read counts for so long; then the next call has it read anew, and goes on with what it has. Milliseconds. */
const freshMs = 1_000;
/** Sets whose storing is remembered. */
const mostKnownSets = 1_000;

/** Offers out of what workers told. A database that is away costs tools, never a turn. */
export function createToolOffers({ list, saveSet, usual }: ToolOffersParts): ToolOffers {
  const sources = keepFresh(list);
  const known = new Set<string>();
  const remember = (offer: ToolOffer): void => {
    if (offer.set === undefined || known.has(offer.set)) return;
    const { set } = offer;
    if (known.size >= mostKnownSets) known.clear();
    known.add(set);
    saveSet(
      set,
      offer.tools.map(({ hash }) => hash),
    ).catch(() => known.delete(set));
  };
  return {
    offer: async (own, mostTokens) => {
      const there = await sources();
      const all = uniqueByName(there.flatMap(({ tools }) => tools));
      const offer = createOffer(
        all.filter(({ definition }) => mayUseTool(definition.name, own, usual)),
        mostTokens,
      );
      remember(offer);
      return offer;
    },
  };
}

/** Estimated tokens of a definition in a request. */
export const definitionTokens = ({ definition }: KnownTool): number =>
  estimateTokens(JSON.stringify(definition)) + 8;

function createOffer(allowed: readonly KnownTool[], mostTokens: number): ToolOffer {
  const tools: KnownTool[] = [];
  let tokens = 0;
  for (const tool of allowed) {
    const cost = definitionTokens(tool);
    if (tokens + cost > mostTokens) continue;
    tokens += cost;
    tools.push(tool);
  }
  return tools.length === 0 ? noOffer : { tools, tokens, set: contentHash(tools.map(({ hash }) => hash)) };
}

function uniqueByName(tools: readonly KnownTool[]): readonly KnownTool[] {
  const named = new Map<string, KnownTool>();
  for (const tool of tools) if (!named.has(tool.definition.name)) named.set(tool.definition.name, tool);
  return [...named.values()];
}

/** The last sources that were read. Only the first call waits for them. */
function keepFresh(list: () => Promise<readonly ToolSource[]>): () => Promise<readonly ToolSource[]> {
  let known: readonly ToolSource[] | undefined;
  let reading: Promise<void> | undefined;
  let readAt = 0;
  const readOnce = async (): Promise<void> => {
    try {
      known = await list();
    } catch {
      // What was known before counts on.
    } finally {
      reading = undefined;
    }
  };
  const read = (): Promise<void> => {
    readAt = Date.now();
    reading ??= readOnce();
    return reading;
  };
  return async () => {
    if (known === undefined) await read();
    else if (Date.now() - readAt > freshMs) void read();
    return known ?? [];
  };
}
