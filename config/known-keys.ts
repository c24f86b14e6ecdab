import { z } from 'zod';

/** Every key that a schema knows, as paths from its root. */
export function listKeyPaths(schema: z.ZodType, path: readonly string[] = []): readonly string[][] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodRecord && inner.valueType instanceof z.ZodType)
    return listKeyPaths(inner.valueType, [...path, 'NAME']);
  if (!(inner instanceof z.ZodObject)) return [];
  return Object.entries(inner.shape).flatMap(([key, value]) => {
    const own = [...path, key];
    return [own, ...(value instanceof z.ZodType ? listKeyPaths(value, own) : [])];
  });
}

/**
 * The known key that somebody probably meant: the most alike beside the unknown one, else the one of the same name
 * elsewhere, else the most alike anywhere. Undefined when nothing is near.
 */
export function findNearestKey(
  paths: readonly string[][],
  parent: readonly string[],
  key: string,
): string | undefined {
  const beside = paths.filter((path) => path.slice(0, -1).join('.') === parent.join('.'));
  return (
    closest(beside, key, mistakes(key)) ??
    closest(paths, key, 0) ??
    closest(paths, key, mistakes(key))
  )?.join('.');
}

/** How many letters may be wrong before it is another word. */
const mistakes = (key: string): number => Math.max(2, Math.floor(key.length / 3));

function closest(paths: readonly string[][], key: string, most: number): string[] | undefined {
  const rated = paths.map((path) => ({
    path,
    distance: editDistance(key.toLowerCase(), (path.at(-1) ?? '').toLowerCase()),
  }));
  return rated
    .filter(({ distance }) => distance <= most)
    .toSorted((one, other) => one.distance - other.distance)[0]?.path;
}

/** Letters to insert, remove or replace to turn one word into the other. */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [line, letter] of from.split('').entries()) {
    const next = [line + 1];
    for (const [column, other] of to.split('').entries())
      next.push(
        Math.min(
          (row[column] ?? 0) + (letter === other ? 0 : 1),
          (row[column + 1] ?? 0) + 1,
          (next[column] ?? 0) + 1,
        ),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
}

function unwrap(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    const inner = schema.unwrap();
    return inner instanceof z.ZodType ? unwrap(inner) : schema;
  }
  return schema;
}
