import type { FlowTypes } from '@firedrill/core/flows';
import type { Client } from '@firedrill/core/services';
import { z } from 'zod';
import type { OvenState, Sample, TrayProfile } from './oven-control.ts';
import type { Box } from './packing.ts';
import type { PartResult } from './quality-gates.ts';
import type { LineServices } from './services.ts';

const oven = z.string().min(1);
const tray = z.object({
  tray: z.string().min(1),
  lot: z.string().min(1),
  bestBeforeMs: z.number(),
  serials: z.array(z.string().min(1)).min(1).readonly(),
});
/** A tray as its label says it. */
export type Tray = z.output<typeof tray>;

/** Events of the line, each with the schema of its data. */
export const events = {
  'sample.taken': z.custom<Sample>((value) => typeof value === 'object' && value !== null),
  'command.due': z.object({ oven, number: z.int(), duty: z.number(), untilMs: z.number() }),
  'limiter.due': z.object({ oven }),
  'oven.stopped': z.object({ oven, stop: z.int(), cause: z.string() }),
  'oven.acknowledged': z.object({ oven, stop: z.int(), isFanNew: z.boolean() }),
  'tray.arrived': z.object({ tray, atMs: z.number() }),
  'tray.assigned': z.object({ oven, tray: z.string() }),
  'tray.done': z.object({ oven, tray: z.string() }),
  'tray.left': z.object({ oven, profile: z.custom<TrayProfile>() }),
  'tray.inspected': z.object({
    tray,
    stay: z.object({ oven, profile: z.custom<TrayProfile>() }).nullable(),
    parts: z.custom<readonly PartResult[]>(Array.isArray),
  }),
  'tray.traced': z.object({ tray: z.string(), serials: z.array(z.string()).readonly() }),
  'box.due': z.object({ box: z.int() }),
  'box.sealed': z.object({ box: z.int(), serials: z.array(z.string()).readonly() }),
};

/** The types of the flow. */
export interface Line extends FlowTypes {
  readonly events: typeof events;
  readonly outside: {
    readonly [Name in keyof LineServices]: Client<LineServices[Name]['operations']>;
  };
  readonly tables: {
    readonly ovens: OvenState;
    readonly trays: Tray;
    /** Trays that wait for an oven, under the one key `all`. */
    readonly waiting: readonly string[];
    /** The box that is open, under the one key `open`. */
    readonly boxes: Box;
  };
}
