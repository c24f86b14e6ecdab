import { z } from 'zod';

/** How a page of any list is asked for. */
export const pagingQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Items of a page'),
  cursor: z.string().exactOptional().describe('`nextCursor` of the page before'),
};

export const nextCursor = z
  .string()
  .nullable()
  .describe('Leads to the next page; null at the end, never absent');
