import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');
const notSources = new Set(['node_modules', 'dist', 'test', 'bench', 'docs']);

/** The lines of the sources that match, as `file: match`, each once. */
function placesOf(pattern: RegExp): readonly string[] {
  const folders = readdirSync(root, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !entry.name.startsWith('.') && !notSources.has(entry.name),
  );
  const files = folders.flatMap(({ name }) =>
    readdirSync(join(root, name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const places = files.flatMap((file) => {
    const code = readFileSync(file, 'utf8').replaceAll(/^\s*(\/\/|\/?\*).*$/gm, '');
    return [...code.matchAll(pattern)].map(([match]) => `${relative(root, file)}: ${match}`);
  });
  return [...new Set(places)].toSorted();
}

test('I10: models are made in one place, and whoever adds another must bring it behind the shared queue', () => {
  expect(
    placesOf(
      /new \w*Chat(?!Commands|Screen|History)[A-Z]\w*(?=\()|new \w*Embeddings(?=\()|(?<!{ )\binitChatModel(?=\()/g,
    ),
  ).toEqual([
    'models/open-chat.ts: initChatModel',
    'models/open-chat.ts: new ChatAnthropic',
    'models/open-chat.ts: new ChatOllama',
    'models/open-chat.ts: new ChatOpenAI',
  ]);
});

test('I10: the packages of providers are loaded in one place', () => {
  expect(
    placesOf(/@langchain\/(?!core)[\w-]+(?=')|(?<=')(openai|ollama|@anthropic-ai\/sdk)(?='\))/g),
  ).toEqual([
    'models/open-chat.ts: @langchain/anthropic',
    'models/open-chat.ts: @langchain/ollama',
    'models/open-chat.ts: @langchain/openai',
  ]);
});

test('I10: a model is asked from the activity of the shared queue alone, and opened for it alone', () => {
  expect(placesOf(/\bmodel\.stream(?=\()|\.invoke(?=\()/g)).toEqual([
    'activities/read-answer.ts: model.stream',
  ]);
  expect(placesOf(/\bopenModels\(config\.models\)(?!\.check)/g)).toEqual([
    // Asks each provider for its models, which costs nothing.
    'runtime/doctor/check-models.ts: openModels(config.models)',
    'runtime/open-workers.ts: openModels(config.models)',
  ]);
  expect(placesOf(/(?<!const )\bcreateInferenceActivities(?=\()/g)).toEqual([
    'runtime/open-workers.ts: createInferenceActivities',
  ]);
});

test('I10: nothing else goes out by HTTP than what is known', () => {
  expect(placesOf(/(?<![\w.])fetch(?=\()/g)).toEqual([
    'api/pages/sign-in-page.ts: fetch',
    'cli/client/client.ts: fetch',
    // Which models a provider has; costs nothing.
    'models/list-models.ts: fetch',
    // The way of Ollama's own library, which the chat model takes.
    'models/open-chat.ts: fetch',
    'runtime/doctor/check-server.ts: fetch',
    'tools/mcp/bounded-fetch.ts: fetch',
  ]);
});
