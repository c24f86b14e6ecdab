/** A field of whatever came from outside; undefined where there is none. */
export const readField = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

export const readPath = (value: unknown, path: readonly string[]): unknown => path.reduce(readField, value);

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
