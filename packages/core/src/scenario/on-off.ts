import { z } from 'zod';

const words = { on: true, off: false } as const;

/**
 * A setting that turns something on, off by default: `--set name=on`. What is off is left out of a
 * record, so that a capability that nobody asked for changes no run.
 */
export const onOff = (description: string) =>
  z
    .union([z.boolean(), z.literal([0, 1]), z.enum(['on', 'off']).transform((word) => words[word])])
    .transform(Boolean)
    .prefault('off')
    .describe(description);
