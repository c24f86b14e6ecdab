import { z } from 'zod';
import { parametersOf } from '../parameters-of.ts';
import type { Tool } from '../tool.ts';

/** What a session may know of another. */
export interface ListedSession {
  readonly key: string;
  readonly title: string;
  readonly status: string;
  /** Milliseconds since the epoch. */
  readonly lastMessageAt: number | null;
}

export interface SessionsListParts {
  /** The sessions that this one may see, newest first, itself included; `words` as in the search of the session list. */
  readonly listVisible: (
    session: string,
    query: { readonly words: string; readonly limit: number },
  ) => Promise<readonly ListedSession[]>;
}

const takes = z.object({
  words: z.string().max(200).optional().describe('Only sessions with these words in title, tags or messages'),
  limit: z.int().min(1).max(50).optional().describe('At most so many; 20 when absent'),
});

/** Which other conversations there are. */
export const createSessionsListTool = ({ listVisible }: SessionsListParts): Tool => ({
  name: 'sessions_list',
  description:
    'Lists the conversations (sessions) that this one may see, the newest first, with key, title and status. It does not show what was said in them.',
  parameters: parametersOf(takes),
  isIdempotent: true,
  needsApproval: false,
  run: async (args, { session }) => {
    const { words = '', limit = 20 } = takes.parse(args);
    const found = await listVisible(session, { words, limit });
    const shown = found.map(({ lastMessageAt, ...known }) => ({
      ...known,
      isThisOne: known.key === session,
      lastMessageAt: lastMessageAt === null ? null : new Date(lastMessageAt).toISOString(),
    }));
    return shown.length === 0 ? 'There are none.' : JSON.stringify(shown);
  },
});
