import { Ajv2020, type AnySchema, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { KnownTool } from '../domain/tools/tool-definition.ts';

/** More than any model writes on purpose, in UTF-16 units of JSON. */
const longestArguments = 32_000;
const mostFaultsTold = 5;

/** Arguments as a tool takes them, or what is wrong with them, in words for the model. */
export type CheckedArguments =
  | { readonly args: unknown; readonly fault?: undefined }
  | { readonly fault: string };

const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false, validateFormats: false });
const known = new Map<string, ValidateFunction | null>();
/** Definitions of servers that change them all the time must not fill the memory. */
const mostKnown = 1_000;

/** Reads what a model gave as arguments and holds it against the tool's schema. */
export function checkArguments({ definition, hash }: Pick<KnownTool, 'definition' | 'hash'>, given: string) {
  const read = readArguments(given);
  if (read.fault !== undefined) return read;
  const validate = validatorOf(hash, definition.parameters);
  if (validate === null || validate(read.args)) return read;
  const faults = (validate.errors ?? []).slice(0, mostFaultsTold).map(describeFault);
  return { fault: `The arguments do not fit: ${faults.join('; ')}. Correct them and try again.` };
}

/** The object behind a text; models that give no argument mostly write nothing. */
export function readArguments(given: string): CheckedArguments {
  if (given.length > longestArguments) return { fault: 'The arguments are too long. Use shorter ones.' };
  try {
    const args: unknown = given.trim() === '' ? {} : JSON.parse(given);
    if (typeof args === 'object' && args !== null && !Array.isArray(args)) return { args };
    return { fault: 'The arguments must be a JSON object. Correct them and try again.' };
  } catch {
    return { fault: 'The arguments are no JSON. Correct them and try again.' };
  }
}

/** Null for a schema that cannot be read: then the tool itself has to say what it does not take. */
function validatorOf(hash: string, schema: AnySchema): ValidateFunction | null {
  const found = known.get(hash);
  if (found !== undefined) return found;
  if (known.size >= mostKnown) known.clear();
  const compiled = compile(schema);
  known.set(hash, compiled);
  return compiled;
}

function compile(schema: AnySchema): ValidateFunction | null {
  try {
    // Ids of others could clash, and which dialect it is matters to none of what tools use.
    const { $schema: _, $id: __, ...own } = schema as Record<string, unknown>;
    return ajv.compile(own);
  } catch {
    return null;
  }
}

function describeFault({ instancePath, message = 'is wrong', params }: ErrorObject): string {
  const place = instancePath === '' ? 'the object' : instancePath.slice(1).replaceAll('/', '.');
  const extra: unknown = Reflect.get(params, 'additionalProperty') ?? Reflect.get(params, 'allowedValues');
  const named = extra === undefined ? '' : ` (${JSON.stringify(extra).slice(0, 200)})`;
  return `${place} ${message}${named}`;
}
