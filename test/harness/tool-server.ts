import { openFakeOpenAi, type FakeOpenAi, type FakeRequest } from '../../bench/fake-openai.ts';
import type { FakeAnswer } from '../../bench/fake-openai-answer.ts';
import { createInferenceActivities } from '../../activities/infer.ts';
import { openModels } from '../../models/open-models.ts';
import { addLiveEvents } from '../../store/live-events.ts';
import { listToolSources, saveToolSet } from '../../store/tool-sources.ts';
import { createToolOffers } from '../../tools/tool-offers.ts';
import type { Tool } from '../../tools/tool.ts';
import { configFor } from '../models/calls.ts';
import { allClosed } from './closed-circuit.ts';
import { openApiServer, type ApiServer } from './api-server.ts';

/** The whole server with tools, and a model behind the wire that does with replies what it is told. */
export interface ToolServer extends AsyncDisposable {
  readonly server: ApiServer;
  readonly model: FakeOpenAi;
  /** What the model does next, in order; an ordinary answer when there is none left. */
  readonly answers: FakeAnswer[];
}

export const isTitle = ({ body }: FakeRequest): boolean =>
  body.messages[0]?.content.startsWith('Write a title') === true;

/** A model that asks for a tool. */
export const callFor = (name: string, args: object = {}): FakeAnswer => ({
  kind: 'text',
  text: 'One moment.',
  toolCalls: [{ name, arguments: JSON.stringify(args) }],
});

export async function openToolServer(tools: readonly Tool[]): Promise<ToolServer> {
  const answers: FakeAnswer[] = [];
  const model = await openFakeOpenAi({
    answer: (request) => (isTitle(request) ? undefined : answers.shift()),
  });
  const server = await openApiServer({
    tools,
    infer: ({ client, database, reports }) =>
      createInferenceActivities({
        client,
        models: openModels(configFor(model.baseUrl)),
        takePrepared: () => undefined,
        addLiveEvents: (events) => addLiveEvents(database, events),
        tokens: { take: () => Promise.resolve({ isGranted: true, waitMs: 0 }), correct: () => undefined },
        offers: createToolOffers({
          list: () => listToolSources(database, Date.now()),
          saveSet: (hash, definitions) => saveToolSet(database, hash, definitions),
          usual: 'all',
        }),
        toolLimits: { maxSteps: 3, approvalMs: 600_000 },
        reports,
        circuit: allClosed,
      }),
  });
  const close = async (): Promise<void> => {
    await server[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
  };
  return { server, model, answers, [Symbol.asyncDispose]: close };
}
