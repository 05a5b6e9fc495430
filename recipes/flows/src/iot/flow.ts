import { flowWords, type FlowTypes } from '@firedrill/core/flows';
import { type Client, withTimeout } from '@firedrill/core/services';
import { z } from 'zod';
import { emptyLog, type LogEnd, type ReplayCache } from '../replay/replay-cache.ts';
import type { SensorServices } from './services.ts';
import type { AlertNotice, Reading, Site, WindowRow } from './site.ts';

/*
 *   batch.received > (ingest) > windows.closed > (store)
 *                         +---> alert.changed  > (page)
 */

const reading = z.object({ number: z.int().positive(), eventMs: z.number(), value: z.int() });
const events = {
  'batch.received': z.object({
    id: z.string().min(1),
    site: z.string(),
    sensor: z.string(),
    readings: z.array(reading).min(1).readonly(),
  }),
  'windows.closed': z.object({ rows: z.custom<readonly WindowRow[]>(Array.isArray) }),
  'alert.changed': z.object({ id: z.string(), notice: z.custom<AlertNotice>() }),
};

export interface LoggedBatch {
  readonly id: string;
  readonly sensor: string;
  readonly readings: readonly Reading[];
  readonly atMs: number;
}

/** What makes a site again from its log. */
export type ReplayedSite = Pick<Site, 'take' | 'timeOf'>;

interface Sensors extends FlowTypes {
  readonly events: typeof events;
  readonly outside: {
    readonly [Name in keyof SensorServices]: Client<SensorServices[Name]['operations']>;
  } & { readonly sites: ReplayCache<ReplayedSite, LoggedBatch> };
  readonly tables: { readonly ends: LogEnd; readonly log: LoggedBatch };
}

const { step, defineFlow } = flowWords<Sensors>();

const stubborn = {
  maxAttempts: Infinity,
  backoff: { initialMs: 200, maxMs: 10_000, factor: 2, jitter: 'full' },
} as const;
const breaker = {
  failureThreshold: { ratio: 0.5, minimumCalls: 10, windowMs: 10_000 },
  halfOpenAfterMs: { initialMs: 500, maxMs: 8_000 },
} as const;
/** Four times the slowest ordinary answer. */
const answerMs = 800;

export const iot = defineFlow({
  name: 'iot',
  events,
  steps: [
    step('ingest', {
      on: 'batch.received',
      idempotent: { key: ({ id }) => id },
      // The watermark is the site's: its batches are taken one at a time.
      key: ({ site }) => site,
      async run({ id, site: name, sensor, readings }, { tables, outside, now, log }) {
        const end = (await tables.get('ends', name)) ?? emptyLog;
        const site =
          outside.sites.ready(name, end) ??
          (await outside.sites.at(name, end, (sequence) =>
            tables.get('log', `${name}#${sequence}`),
          ));
        const atMs = site.timeOf(now());
        const { rows, notices, refused } = site.take(sensor, readings, atMs);
        const entry = { id, sensor, readings, atMs };
        const next = outside.sites.moved(name, end, entry);
        tables.set('log', `${name}#${next.sequence}`, entry);
        tables.set('ends', name, next);
        if (refused.length > 0) log('warn', 'readings refused', { sensor, refused });
        return [
          ...(rows.length > 0 ? [{ event: 'windows.closed' as const, data: { rows } }] : []),
          ...notices.map((notice, index) => ({
            event: 'alert.changed' as const,
            data: { id: `${name}#${next.sequence}.${index}`, notice },
          })),
        ];
      },
    }),
    step('store', {
      on: 'windows.closed',
      idempotent: { byNature: 'of a window the highest revision counts, whatever comes when' },
      retry: stubborn,
      breaker,
      async run({ rows }, { outside }) {
        await withTimeout(outside.table, answerMs).put({ rows });
      },
    }),
    step('page', {
      on: 'alert.changed',
      idempotent: { key: ({ id }) => id },
      retry: stubborn,
      async run({ id, notice }, { outside }) {
        await withTimeout(outside.pager, answerMs).page({ id, notice });
      },
    }),
  ],
});
