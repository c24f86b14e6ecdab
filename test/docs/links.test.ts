import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { fileSchema } from '../../config/file-schema.ts';
import { listKeyPaths } from '../../config/known-keys.ts';

const root = resolve(import.meta.dirname, '../..');
const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true })
    .map((name) => join('docs', String(name)))
    .filter((name) => name.endsWith('.md')),
];
const keyPaths = listKeyPaths(fileSchema).map((path) => path.join('.'));
const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

describe('the documents', () => {
  test.each(pages)('%s: every relative link and picture is there', (page) => {
    const targets = [...textOf(page).matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)].map(
      ([, target = '']) => target,
    );
    const missing = targets.filter(
      (target) => !/^[a-z]+:/.test(target) && !existsSync(resolve(root, dirname(page), target)),
    );
    expect(missing).toEqual([]);
  });

  test.each(pages)('%s: every file of ours that it names is there', (page) => {
    const named = [...textOf(page).matchAll(/`([a-z][\w-]*\/[\w./-]*\.(?:ts|mjs|md|json|svg))`/g)];
    const missing = named.map(([, file = '']) => file).filter((file) => !existsSync(join(root, file)));
    expect(missing).toEqual([]);
  });

  test('operations.md names every key of the configuration', () => {
    const text = textOf('docs/operations.md');
    const leaves = keyPaths.filter((path) => !keyPaths.some((other) => other.startsWith(`${path}.`)));
    const missing = leaves.filter((path) => {
      const [section, part] = path.split('.');
      // Sections that are described as a whole.
      const isWhole = section === 'channels' || ['anthropic', 'ollama', 'providers'].includes(part ?? '');
      return !text.includes(`\`${isWhole ? `${section}.${part}` : path}\``);
    });
    expect(missing).toEqual([]);
  });

  test('operations.md names no key that the configuration does not know', () => {
    const [, table = ''] = textOf('docs/operations.md').split('| key of `atrium.yaml` |');
    const [rows = ''] = table.split('\n\n');
    const named = [...rows.matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, key = '']) => key),
    );
    expect(named).toContain('server.publicUrl');
    expect(named.filter((key) => !keyPaths.includes(key))).toEqual([]);
  });

  test('operations.md names every variable that is read', () => {
    const names = [...readFileSync(join(root, 'config/environment.ts'), 'utf8').matchAll(/'([A-Z][A-Z_]+)'/g)]
      .map(([, name = '']) => name)
      .filter((name) => !['PATH', 'HOME', 'XDG_CACHE_HOME'].includes(name));
    const text = textOf('docs/operations.md');
    expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});
