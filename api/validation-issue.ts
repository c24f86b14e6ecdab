import type { ZodFastifySchemaValidationError } from 'fastify-type-provider-zod';

/** So many faults are named; whoever makes more finds them one after the other. */
const namedIssues = 3;
const longestDetail = 400;

/** A sentence for each of the first faults of a request, with the field that has it. */
export function describeIssues(issues: readonly ZodFastifySchemaValidationError[]): string {
  const sentences = issues.slice(0, namedIssues).map(({ instancePath, message }) => {
    const field = instancePath.slice(1).replaceAll('/', '.');
    return field === '' ? `${message}.` : `${field}: ${message}.`;
  });
  return sentences.join(' ').slice(0, longestDetail);
}
