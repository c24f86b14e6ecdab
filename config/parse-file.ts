import { isMap, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import type { z } from 'zod';
import { AtriumError } from '../domain/atrium-error.ts';
import { fileSchema, type FileConfig } from './file-schema.ts';
import { findNearestKey, listKeyPaths } from './known-keys.ts';

/** `${NAME}` is no plain YAML text inside braces, so it is marked by letters that no language uses, of the same length. */
const opening = '\uE000\uE000';
const closing = '\uE001';
const reference = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;
const marked = /\uE000\uE000([A-Za-z_][A-Za-z0-9_]*)\uE001/g;

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The second stage: text of `atrium.yaml` → checked values, `${NAME}` replaced from the environment after parsing, so a
 * value can never become YAML. Throws AtriumError `bad-config` with file, line, column and the nearest known key.
 */
export function parseFile(text: string, file: string, variables: Variables): FileConfig {
  const lines = new LineCounter();
  const document = parseDocument(text.replace(reference, `${opening}$1${closing}`), { lineCounter: lines });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const broken = document.errors[0];
  if (broken !== undefined) throw badConfig(`${at(broken.pos[0])}: ${firstLine(broken.message)}`);
  replaceReferences(document, variables, at);
  const result = fileSchema.safeParse(document.toJS() ?? {});
  if (result.success) return result.data;
  throw badConfig(result.error.issues.map((issue) => describeIssue(issue, document, at)).join('\n'));
}

export const badConfig = (message: string): AtriumError => new AtriumError('invalid', 'bad-config', message);

function replaceReferences(document: Document, variables: Variables, at: (offset: number) => string): void {
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value !== 'string') return;
      node.value = node.value.replace(marked, (_text, name: string) => {
        const value = variables[name];
        if (value === undefined)
          throw badConfig(`${at(node.range?.[0] ?? 0)}: the environment variable ${name} is not set.`);
        return value;
      });
    },
  });
}

type Issue = z.core.$ZodIssue;

function describeIssue(issue: Issue, document: Document, at: (offset: number) => string): string {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') {
    const message =
      issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
    return `${at(offsetOf(document, path))}: ${path.join('.') || 'the file'}: ${message}`;
  }
  const paths = listKeyPaths(fileSchema);
  return issue.keys
    .map((key) => {
      const nearest = findNearestKey(paths, path, key);
      const advice = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
      return `${at(offsetOf(document, [...path, key], 'key'))}: unknown key ${[...path, key].join('.')}.${advice}`;
    })
    .join('\n');
}

/** Where the value (or its key) stands; of the nearest parent when it is not there. */
function offsetOf(document: Document, path: readonly string[], part: 'key' | 'value' = 'value'): number {
  const parent = path.length < 2 ? document.contents : document.getIn(path.slice(0, -1), true);
  const pair = isMap(parent)
    ? parent.items.find((item) => isScalar(item.key) && String(item.key.value) === path.at(-1))
    : undefined;
  const node = part === 'key' ? pair?.key : pair?.value;
  const range = isNodeWithRange(node) ? node.range : isNodeWithRange(pair?.key) ? pair.key.range : undefined;
  if (range !== undefined) return range[0];
  return path.length === 0 ? 0 : offsetOf(document, path.slice(0, -1));
}

const isNodeWithRange = (node: unknown): node is { readonly range: readonly [number, number, number] } =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);

const firstLine = (text: string): string =>
  (text.split('\n')[0] ?? text).replace(/ at line \d+, column \d+:?$/, '');
