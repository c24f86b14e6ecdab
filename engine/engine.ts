import type { Client } from '@temporalio/client';
import type { SessionConfig } from '../config/config.ts';
import type { Language } from '../domain/language.ts';
import type { ToolChoice } from '../domain/tools/tool-definition.ts';
import type { Replayer } from '../replay/replayer.ts';
import type { Database } from '../store/database.ts';
import type { LiveFeed } from './following/live-feed.ts';
import type { PostsUnderWay } from './messages/posts-under-way.ts';
import type { ModelCatalogue } from './model-catalogue.ts';

/** What every use case works with; the composition root opens it and closes it. */
export interface Engine {
  /** Carries the data converter, so that large payloads go by claim check. */
  readonly temporal: Client;
  readonly namespace: string;
  readonly database: Database;
  readonly session: SessionConfig;
  /** Of what the server writes when neither platform nor message tell. */
  readonly language: Language;
  readonly models: ModelCatalogue;
  /** What sessions may use that have no list of tools of their own. */
  readonly usualTools: ToolChoice;
  readonly live: LiveFeed;
  readonly replayer: Replayer;
  readonly posts: PostsUnderWay;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
