import { z } from 'zod';
import { isCleanText, utf8Length } from '../../domain/message-text.ts';

const unclean = 'must not have NUL characters or halves of surrogate pairs';

/** Text that can be stored and shown as it is, at most so many characters. */
export const cleanText = (longest: number) => z.string().max(longest).refine(isCleanText, { error: unclean });

/** One line for people, without blanks around it; not empty. */
export const oneLine = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .regex(/^[^\p{Cc}\u2028\u2029]*$/u, { error: 'must be one line without control characters' })
    .refine(isCleanText, { error: unclean });

/** A longer text, limited by its bytes in UTF-8. */
export const cleanTextOfBytes = (mostBytes: number) =>
  z
    .string()
    .refine((text) => utf8Length(text) <= mostBytes, { error: `must have at most ${mostBytes} bytes` })
    .refine(isCleanText, { error: unclean });

/** The body of a call that needs none. */
export const optionalBody = <Schema extends z.ZodType>(schema: Schema) => schema.nullish();
