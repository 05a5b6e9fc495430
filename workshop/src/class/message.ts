import { z } from 'zod';

/** Longer names break a table. */
export const longestName = 40;

/** A message has one name and one step: whatever is longer is none. */
export const mostBytes = 512;

const name = z
  .string()
  .trim()
  .min(1)
  .max(longestName)
  .transform((text) => text.normalize('NFC'));

/** All that a participant sends: who is at which step, and how it came out. */
export const messageSchema = z.strictObject({
  code: z.string().max(20),
  name,
  step: z
    .string()
    .max(80)
    .regex(/^[a-z0-9-]+\/[a-z0-9-]+$/),
  verdict: z.enum(['begun', 'not yet', 'passed']),
});

/** See {@link messageSchema}. */
export type Message = z.infer<typeof messageSchema>;
