import { z } from 'zod';
import type { StageMessage } from '../stage-protocol.ts';

const seed = z.int().min(0).max(0xffff_ffff);

/** A learner's file for the worker of an incident. */
export const browserTaskSchema = z.strictObject({
  exercise: z.string().max(100),
  /** JavaScript of a CommonJS module: the types are gone, imports are calls of `require`. */
  code: z.string().max(200_000),
  seed,
  unseen: z.array(seed).max(100),
});
/** @public The site sends it. */
export type BrowserTask = z.infer<typeof browserTaskSchema>;

/** What a worker says: as a thread of the workshop does, and that it is alive. */
export type BrowserMessage = StageMessage | { readonly type: 'alive' };
