import { join } from 'node:path';
import { openFakeOpenAi, type FakeOpenAi, type FakeOpenAiOptions } from '../fake-openai.ts';
import { endAbandonedHomes } from './abandoned-homes.ts';
import { makeHome, removeHome } from './home.ts';
import { killHome, startProduct, type Product } from './product.ts';

/** The product in a fresh home with a model server of its own. */
export interface BenchProduct extends AsyncDisposable {
  readonly home: string;
  readonly model: FakeOpenAi;
  /** Starts the server; again after it was stopped or killed. */
  start(): Promise<Product>;
}

export interface BenchModelOptions extends FakeOpenAiOptions {
  /** Whether the model server writes down what it is asked, in `modelLog`. */
  readonly keepsLog?: boolean;
}

/** Where the model server of a home keeps its own log. */
export const modelLog = (home: string): string => join(home, 'model.jsonl');

/** As many model calls at once as the measurements of others allow. */
const configuration = 'models:\n  limits: { slots: 64 }\n';

/** Nothing runs for the product until `start`. At the end everything is ended and the home removed. */
export async function openBenchProduct(options: BenchModelOptions = {}): Promise<BenchProduct> {
  await endAbandonedHomes();
  const { keepsLog = false, ...model } = options;
  const home = await makeHome(configuration);
  const log = keepsLog ? { logFile: modelLog(home) } : {};
  const server = await openFakeOpenAi({ words: 50, ...model, ...log });
  return {
    home,
    model: server,
    start: () => startProduct({ home, environment: modelEnvironment(server) }),
    async [Symbol.asyncDispose]() {
      await killHome(home);
      await server[Symbol.asyncDispose]();
      await removeHome(home);
    },
  };
}

/** What connects a server to this model. */
export const modelEnvironment = (model: FakeOpenAi): Record<string, string> => ({
  OPENAI_BASE_URL: model.baseUrl,
  OPENAI_API_KEY: 'not-a-key',
  ATRIUM_MODEL: 'openai:fake-model',
});
