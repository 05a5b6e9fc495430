import { z } from 'zod';

/** The first message of the host. */
export const taskSchema = z.object({
  kind: z.literal('load'),
  name: z.string(),
  count: z.number(),
  seed: z.number(),
  settings: z.record(z.string(), z.unknown()),
  redisUrl: z.string(),
  prefix: z.string(),
  lockMs: z.number(),
  speed: z.number(),
  /** When the run begins, by the clock of the flow. */
  startMs: z.number(),
  /** Under stress nothing is held back, and it notes when the last step of each event has ended. */
  isStressed: z.boolean(),
});
/** What the host has a worker load. */
export type Task = z.output<typeof taskSchema>;

const beginSchema = z.object({
  kind: z.literal('begin'),
  index: z.number(),
  shape: z.record(z.string(), z.array(z.string()).readonly()),
  door: z.object({ url: z.string(), token: z.string() }),
  /** When the run began, by the clock of the machine. */
  begunAtMs: z.number(),
});
/** Every later message of the host. */
export const wordSchema = z.discriminatedUnion('kind', [
  beginSchema,
  z.object({ kind: z.literal('stop') }),
]);
/** What a worker says at its end: when the last step of each event from outside has ended. */
export const endsSchema = z.object({
  kind: z.literal('ends'),
  ends: z.array(z.tuple([z.string(), z.number()])),
});
/** What it tells it when the clock of the flow begins to run. */
export type Begin = z.output<typeof beginSchema>;
