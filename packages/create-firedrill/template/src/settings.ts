import { z } from 'zod';

/** What `--set` changes. */
export const settings = z.object({
  ratePerSecond: z.coerce
    .number()
    .positive()
    .max(1_000)
    .default(2)
    .describe('buyers a second in the rush'),
  patienceMs: z.coerce
    .number()
    .positive()
    .max(600_000)
    .default(3_000)
    .describe('how long a buyer waits'),
});
