/**
 * The fake model server as a process of its own: `node dist/bench/fake-openai-server.js --port 9000 --latency 200
 * --words 20 --word-delay 10 --log FILE`. Prints its base URL as the first line, then runs until it is ended.
 */
import { parseArgs } from 'node:util';
import { openFakeOpenAi } from './fake-openai.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    latency: { type: 'string', default: '0' },
    words: { type: 'string', default: '12' },
    'word-delay': { type: 'string', default: '0' },
    log: { type: 'string' },
  },
});

const server = await openFakeOpenAi({
  port: Number(values.port),
  latencyMs: Number(values.latency),
  words: Number(values.words),
  wordDelayMs: Number(values['word-delay']),
  ...(values.log === undefined ? {} : { logFile: values.log }),
});
console.log(server.baseUrl);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void server[Symbol.asyncDispose]());
