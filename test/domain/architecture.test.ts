import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';

/** Who may import whom, by folder. `types` are folders from which only types may come. */
const rules: Record<string, { readonly from: readonly string[]; readonly types?: readonly string[] }> = {
  domain: { from: [] },
  workflows: { from: ['domain'], types: ['activities'] },
  store: { from: ['domain'], types: ['workflows'] },
  models: { from: ['domain'], types: ['config'] },
  tools: { from: ['domain', 'store', 'knowledge', 'workflows'], types: ['config'] },
  activities: { from: ['domain', 'store', 'models', 'tools', 'workflows'] },
  worker: { from: ['domain', 'activities', 'workflows'] },
  replay: { from: ['domain', 'store', 'workflows', 'config'] },
  engine: { from: ['domain', 'store', 'workflows', 'replay'], types: ['config'] },
  api: { from: ['domain', 'engine'], types: ['store', 'config', 'replay'] },
  config: { from: ['domain'] },
};
const root = resolve(import.meta.dirname, '../..');

interface Import {
  readonly file: string;
  readonly target: string;
  readonly isType: boolean;
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

function importsOf(file: string): readonly Import[] {
  const statements = readFileSync(file, 'utf8').matchAll(
    /^(import|export)\s+(type\s)?([^;]*?)from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)/gm,
  );
  return [...statements].map(([, , type, names = '', from, dynamic]) => ({
    file,
    target: from ?? dynamic ?? '',
    isType: type !== undefined || isAllTypes(names),
  }));
}

/** `{ type A, type B }` imports nothing at run time either. */
function isAllTypes(names: string): boolean {
  const inner = /^\{([^}]*)\}\s*$/.exec(names.trim())?.[1];
  return inner !== undefined && inner.split(',').every((name) => /^\s*(type\s|$)/.test(name));
}

const folderOf = (file: string, target: string): string | undefined =>
  target.startsWith('.') ? relative(root, resolve(file, '..', target)).split('/')[0] : undefined;

describe('the tree', () => {
  test.each(Object.keys(rules))('%s imports only what its layer may', (folder) => {
    const { from, types = [] } = rules[folder]!;
    const wrong = filesOf(folder)
      .flatMap(importsOf)
      .filter(({ file, target, isType }) => {
        const other = folderOf(file, target);
        if (other === undefined || other === folder || from.includes(other)) return false;
        return !(isType && types.includes(other));
      })
      .map(({ file, target }) => `${relative(root, file)} imports ${target}`);
    expect(wrong).toEqual([]);
  });

  test('the domain needs no package and nothing of Node', () => {
    const outside = filesOf('domain')
      .flatMap(importsOf)
      .filter(({ target }) => !target.startsWith('.'));
    expect(outside).toEqual([]);
  });

  test('workflow code needs no package but the SDK', () => {
    const outside = filesOf('workflows')
      .flatMap(importsOf)
      .filter(({ target }) => !target.startsWith('.') && target !== '@temporalio/workflow');
    expect(outside).toEqual([]);
  });

  test('only the store speaks SQL', () => {
    const others = Object.keys(rules).filter((folder) => folder !== 'store');
    const speaking = others
      .flatMap(filesOf)
      .filter((file) =>
        importsOf(file).some(({ target, isType }) => !isType && /^(kysely|pg)$/.test(target)),
      );
    expect(speaking.map((file) => relative(root, file))).toEqual([]);
  });

  test('only the configuration reads the environment', () => {
    const others = [...Object.keys(rules), 'cli', 'runtime'].filter((folder) => folder !== 'config');
    const reading = others
      .flatMap(filesOf)
      .filter((file) => /process\.env\b/.test(readFileSync(file, 'utf8')));
    expect(reading.map((file) => relative(root, file))).toEqual([]);
  });
});
