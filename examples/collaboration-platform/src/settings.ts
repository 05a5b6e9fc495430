import { onOff } from '@firedrill/core/scenario';
import { z } from 'zod';

const milliseconds = z.coerce.number().int().positive();
const count = z.coerce.number().int().positive();
const share = z.coerce.number().min(0).max(1);

/** What `--set` may change. */
export const settingsSchema = z.object({
  arrivalsPerSecond: z.coerce
    .number()
    .positive()
    .max(1_000)
    .default(4)
    .describe('people who open a canvas, on an ordinary morning'),
  peak: z.coerce
    .number()
    .min(1)
    .max(100)
    .default(8)
    .describe('arrivals when the meetings begin, times the ordinary'),
  stayMs: milliseconds.default(180_000).describe('mean time on a canvas'),
  thinkMs: milliseconds.default(25_000).describe('mean time between two edits of one person'),
  allHandsShare: share.default(0.2).describe('share of the people who go to an all-hands'),
  workshopShare: share.default(0.15).describe('share of the people who go to a workshop'),
  allHandsSize: count.max(5_000).default(200).describe('people in one all-hands'),
  workshopSize: count.max(1_000).default(25).describe('people in one workshop'),
  thinLinkShare: share.default(0.03).describe('share of the people on a phone plan of 64 kbit/s'),
  guestShare: share.default(0.03).describe('share of the people without a name'),
  lostShare: share.default(0.2).describe('share of the people who lose their network in the storm'),
  outageEveryMs: milliseconds
    .default(600_000)
    .describe('mean time between two losses of the network of one person, at any time'),
  decisionShare: share
    .default(0.08)
    .describe('share of what an admin does that takes a right from somebody'),
  storeConnections: count
    .max(10_000)
    .default(400)
    .describe('writes that the document store takes at once'),
  workers: count.max(10_000).default(32).describe('handlers at once in the hooks of week 4'),
  queueSize: count.max(1_000_000).default(64).describe('tasks that may wait for those workers'),
  flushMs: milliseconds.default(25).describe('time between two updates of a canvas (hardened)'),
  cursorMs: milliseconds.default(100).describe('time between two updates of cursors'),
  statusMs: milliseconds
    .default(1_000)
    .describe('time between two updates of who is there (hardened)'),
  lostAfterMs: milliseconds
    .default(10_000)
    .describe('silence after which a connection counts as lost (hardened)'),
  saveEveryMs: milliseconds
    .default(10_000)
    .describe('longest time from a change to saving the document (hardened)'),
  permissionTtlMs: milliseconds
    .default(60_000)
    .describe('time after which a cached permission is asked for again (hardened)'),
  maxBufferedBytes: count
    .default(32_768)
    .describe('what may wait on one connection before its updates become a snapshot (hardened)'),
  handshakeMs: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000)
    .default(0)
    .describe('ms that a connection takes of the gate before the server, one after the other'),
  compactAfter: z.coerce
    .number()
    .int()
    .min(0)
    .max(100_000)
    .default(0)
    .describe('entries beyond what is on a canvas at which its document begins anew (hardened)'),
  conflicts: onOff('who has lost a change to an older one is told'),
});

export type Settings = z.infer<typeof settingsSchema>;
