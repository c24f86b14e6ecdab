import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../config/load-config.ts';

function load(yaml: string) {
  const home = mkdtempSync(join(tmpdir(), 'atrium-config-'));
  writeFileSync(join(home, 'atrium.yaml'), yaml);
  return loadConfig({}, { ATRIUM_HOME: home, HOME: home, KEY: 'very-secret-key' }).tools;
}

describe('the tools of atrium.yaml', () => {
  test('without a word: everything there is, twelve steps, two minutes, a day', () => {
    expect(load('{}')).toEqual({
      default: 'all',
      maxSteps: 12,
      callMs: 120_000,
      approvalMs: 86_400_000,
      mcp: {},
    });
  });

  test('servers are programs or addresses, and their secrets are never printed', () => {
    const tools = load(`tools:
  default: [now]
  maxSteps: 3
  timeout: 30s
  approvalExpiresAfter: 1h
  mcp:
    files: { command: npx, args: [x], env: { KEY: "\${KEY}", N: 1 }, allow: [read], approve: all }
    tracker: { url: "https://tracker.example.org/mcp", headers: { Authorization: "Bearer \${KEY}" } }
`);
    expect(tools).toMatchObject({
      default: ['now'],
      maxSteps: 3,
      callMs: 30_000,
      approvalMs: 3_600_000,
      mcp: {
        files: { kind: 'stdio', command: 'npx', args: ['x'], allow: ['read'], approve: 'all' },
        tracker: { kind: 'http', url: 'https://tracker.example.org/mcp', allow: null, approve: [] },
      },
    });
    expect(inspect(tools, { depth: 9 })).not.toContain('very-secret');
  });

  test.each([
    ['{}', 'expected either "command" or "url"'],
    ['{ command: a, url: "https://b.example" }', 'expected either "command" or "url"'],
    ['{ url: "https://b.example", args: [a] }', '"args" and "env" belong to "command"'],
    ['{ command: a, headers: { a: b } }', '"headers" belong to "url"'],
    ['{ command: a, approve: some }', 'expected "all" or a list of names'],
    ['{ command: a, comand: b }', 'unknown key tools.mcp.x.comand. Did you mean tools.mcp.NAME.command?'],
  ])('the server %s is refused, with the reason', (server, reason) => {
    expect(() => load(`tools: { mcp: { x: ${server} } }`)).toThrow(reason);
  });

  test('the name of a server becomes part of a tool’s', () => {
    expect(() => load('tools: { mcp: { "my files": { command: a } } }')).toThrow(
      'letters, digits and dashes',
    );
  });
});
