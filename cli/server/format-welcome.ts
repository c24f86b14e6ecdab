import type { Welcome } from '../../runtime/run-server.ts';
import type { Output } from '../output/output.ts';

/** What the person who started the server is told: where it is, how to get in, how to talk, what answers, where the data is. */
export function formatWelcome(
  { url, signInLink, home, model }: Welcome,
  { bold, cyan }: Output['colours'],
): string {
  const rows: readonly (readonly [string, string])[] = [
    ['Address', bold(url)],
    ['Sign in', `${cyan(signInLink)}  (once, within 15 minutes; a new one: npx atrium link)`],
    ['Chat', `npx atrium chat`],
    ['Model', describeModel(model)],
    ['Data', home],
  ];
  const lines = rows.map(([name, value]) => `  ${name.padEnd(9)}${value}`);
  return [
    '',
    bold('Atrium is ready.'),
    '',
    ...lines,
    ...connectLines(model),
    '',
    'Ctrl-C stops everything.',
  ].join('\n');
}

function describeModel({ model, state, problem }: Welcome['model']): string {
  switch (state) {
    case 'ready':
      return model;
    case 'offline':
      return 'offline: no model is connected';
    case 'failing':
      return `${model} does not answer (${problem?.code ?? 'unknown'}); "npx atrium doctor" says more`;
  }
}

const connectLines = ({ state }: Welcome['model']): readonly string[] =>
  state === 'offline'
    ? [
        '',
        '  To connect a model, stop, set one of these and start again:',
        '    export OPENAI_API_KEY=…',
        '    export OPENAI_BASE_URL=http://localhost:8080/v1   (any compatible server)',
        '    export ANTHROPIC_API_KEY=…',
        '    export OLLAMA_HOST=localhost',
      ]
    : [];
