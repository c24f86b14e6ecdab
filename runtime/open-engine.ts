import type { Config } from '../config/config.ts';
import type { Engine } from '../engine/engine.ts';
import { openLiveFeed } from '../engine/following/live-feed.ts';
import { PostsUnderWay } from '../engine/messages/posts-under-way.ts';
import { openModels } from '../models/open-models.ts';
import { openReplayer } from '../replay/replayer.ts';
import type { Database } from '../store/database.ts';
import { ClosingStack } from './closing-stack.ts';
import { createDataConverter } from './data-converter.ts';
import { built } from './package-root.ts';
import type { ReplaySettings } from './replay-process.ts';
import { openTemporalClient, type TemporalPlace } from './temporal/temporal-client.ts';

export interface OpenEngine extends AsyncDisposable {
  readonly engine: Engine;
  readonly temporalVersion: string;
}

/** Opens what use cases work with. Throws AtriumError `temporal-unavailable`, `temporal-too-old` or `database-unavailable`. */
export async function openEngine(
  config: Config,
  place: TemporalPlace,
  database: Database,
): Promise<OpenEngine> {
  await using stack = new ClosingStack();
  const { client, serverVersion } = stack.use(await openTemporalClient(place, createDataConverter(database)));
  const live = stack.use(await openLiveFeed(database));
  const replayer = stack.use(
    openReplayer<ReplaySettings>({
      processPath: built.replayProcess,
      label: config.home,
      settings: { temporal: place, databaseUrl: database.url },
    }),
  );
  const engine: Engine = {
    temporal: client,
    namespace: place.namespace,
    database,
    session: config.session,
    language: config.language,
    models: {
      default: config.models.default,
      providers: Object.keys(config.models.providers),
      check: () => openModels(config.models).checkAll(),
    },
    usualTools: config.tools.default,
    live,
    replayer,
    posts: new PostsUnderWay(),
    now: () => Date.now(),
  };
  const open = stack.move();
  return { engine, temporalVersion: serverVersion, [Symbol.asyncDispose]: () => open[Symbol.asyncDispose]() };
}
