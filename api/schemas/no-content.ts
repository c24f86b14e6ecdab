import { z } from 'zod';

/** Of an answer without a body. */
export const noContent = z.null().describe('Done');
