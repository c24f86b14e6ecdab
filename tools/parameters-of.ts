import { z } from 'zod';
import type { JsonSchema } from './tool.ts';

/**
 * The JSON schema of a built-in tool's arguments, out of the one that reads them. An object that takes further names is
 * kinder to small models, which invent some.
 */
export function parametersOf(schema: z.ZodObject): JsonSchema {
  const { $schema: _, ...parameters } = z.toJSONSchema(schema, { io: 'input' });
  return { ...parameters, type: 'object' };
}
