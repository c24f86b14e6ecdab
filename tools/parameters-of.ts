import { z } from 'zod';
import type { JsonSchema } from './tool.ts';

/** The JSON schema of a built-in tool's arguments, out of the one that reads them. */
export function parametersOf(schema: z.ZodObject): JsonSchema {
  const { $schema: _, ...parameters } = z.toJSONSchema(schema, { io: 'input' });
  return { ...parameters, type: 'object' };
}
