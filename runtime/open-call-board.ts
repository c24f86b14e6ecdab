import { randomUUID } from 'node:crypto';
import type { Database } from '../store/database.ts';
import { listLiveCalls, saveLiveCalls } from '../store/live-calls.ts';
import { addLiveEvents } from '../store/live-events.ts';
import { addRateCounts } from '../store/live-rates.ts';
import { CallBoard } from '../worker/call-board.ts';

/** The board of this process's calls, over the database. */
export function openCallBoard(database: Database): CallBoard {
  const owner = randomUUID();
  return new CallBoard({
    save: (calls, ended) => saveLiveCalls(database, { owner, at: Date.now(), calls, ended }),
    count: (counts) => addRateCounts(database, counts, Date.now()),
    listPlaces: async () => {
      const listed = await listLiveCalls(database, { now: Date.now(), owner });
      return listed.flatMap(({ place }) => place ?? []);
    },
    tell: (events) => addLiveEvents(database, events),
  });
}
