import { flowWords, type FlowTypes } from '@firedrill/core/flows';
import { type Client, withTimeout } from '@firedrill/core/services';
import { z } from 'zod';
import { cleaned } from './clean.ts';
import { keyOf, newIn, readPage, timeOfKey } from './page.ts';
import type { EtlServices } from './services.ts';

/*
 * Ingest, transform, store. A run reads a source from a while behind its watermark to the end, page by page:
 *
 *   clock.ticked | backfill.asked > (begin, backfill) > page.due > (extract) > page.read > (load) > shape.seen > (tell)
 *                                                          ^----------+
 */

const source = z.enum(['tills', 'web']);
export const events = {
  'clock.ticked': z.object({ atMs: z.number() }),
  'backfill.asked': z.object({ id: z.string().min(1), source, fromMs: z.number() }),
  'page.due': z.object({
    source,
    /** Incremental runs move the watermark; backfills do not. */
    kind: z.enum(['incremental', 'backfill']),
    after: z.string(),
  }),
  'page.read': z.object({ source, lines: z.array(z.string()).readonly() }),
  'shape.seen': z.object({ source, shape: z.string() }),
};
type SourceName = z.output<typeof source>;

interface Etl extends FlowTypes {
  readonly events: typeof events;
  readonly outside: {
    readonly [Name in keyof EtlServices]: Client<EtlServices[Name]['operations']>;
  };
  readonly tables: {
    readonly watermarks: { readonly ms: number; readonly isReading: boolean };
    readonly shapes: { readonly known: readonly string[] };
  };
}

const { step, defineFlow } = flowWords<Etl>();

/** Rows appear in a source so long after the time that they bear: a transaction was open that long. */
const lookBackMs = 90_000;
const pageLimit = 50;
const everyMs = 10_000;
const stubborn = {
  maxAttempts: Infinity,
  backoff: { initialMs: 300, maxMs: 8_000, factor: 2, jitter: 'full' },
} as const;
/** Three times the slowest ordinary answer. */
const answerMs = 1_000;
const noWatermark = { ms: 0, isReading: false };

export const etl = defineFlow({
  name: 'etl',
  events,
  // A backfill of a year is a long chain of pages, and no circle.
  maxChainLength: 100_000,
  steps: [
    step('begin', {
      on: 'clock.ticked',
      idempotent: { key: ({ atMs }) => `${atMs}` },
      key: () => 'all',
      async run(_data, { tables }) {
        const begun: SourceName[] = [];
        for (const name of source.options) {
          const watermark = (await tables.get('watermarks', name)) ?? noWatermark;
          if (watermark.isReading) continue;
          tables.set('watermarks', name, { ...watermark, isReading: true });
          begun.push(name);
        }
        return Promise.all(
          begun.map(async (name) => {
            const { ms } = (await tables.get('watermarks', name)) ?? noWatermark;
            const after = keyOf(ms - lookBackMs, '');
            return {
              event: 'page.due',
              data: { source: name, kind: 'incremental', after },
            } as const;
          }),
        );
      },
    }),
    step('backfill', {
      on: 'backfill.asked',
      idempotent: { key: ({ id }) => id },
      run: ({ source: name, fromMs }) => ({
        event: 'page.due',
        data: { source: name, kind: 'backfill', after: keyOf(fromMs, '') },
      }),
    }),
    step('extract', {
      on: 'page.due',
      idempotent: {
        byNature: 'a page that is read twice is loaded twice, and loading recognises rows',
      },
      retry: stubborn,
      async run({ source: name, kind, after }, { outside, tables }) {
        const { text } = await withTimeout(outside[name], answerMs).page({
          after,
          limit: pageLimit,
        });
        // Half of a page, or an old one, is read again: it is an attempt that failed.
        const { lines: found } = readPage(text);
        const { lines } = newIn({ lines: found }, after);
        const last = lines.at(-1)?.key;
        const read = {
          event: 'page.read',
          data: { source: name, lines: lines.map(({ line }) => line) },
        } as const;
        const isEnd = found.length < pageLimit || last === undefined;
        if (kind === 'incremental') {
          const { ms } = (await tables.get('watermarks', name)) ?? noWatermark;
          // What is read is on its way for good: moved in the transaction that publishes it.
          const seenMs = last === undefined ? ms : Math.max(ms, timeOfKey(last));
          tables.set('watermarks', name, { ms: seenMs, isReading: !isEnd });
        }
        if (isEnd) return read;
        return [read, { event: 'page.due', data: { source: name, kind, after: last } } as const];
      },
    }),
    step('load', {
      on: 'page.read',
      idempotent: {
        byNature: 'of a row the highest version counts, in the warehouse as in the quarantine',
      },
      retry: stubborn,
      async run({ source: name, lines }, { outside, tables }) {
        const all = lines.map(cleaned);
        const sales = all.flatMap((each) => (each.kind === 'sale' ? [each.sale] : []));
        const refused = all.flatMap((each) => (each.kind === 'refused' ? [each.refused] : []));
        if (sales.length > 0) await withTimeout(outside.warehouse, answerMs).upsert({ sales });
        if (refused.length > 0) await withTimeout(outside.quarantine, answerMs).put({ refused });
        const { known } = (await tables.get('shapes', name)) ?? { known: [] };
        const fresh = [...new Set(all.map(({ shape }) => shape))].filter(
          (shape) => !known.includes(shape),
        );
        if (fresh.length === 0) return [];
        tables.set('shapes', name, { known: [...known, ...fresh] });
        return fresh.map((shape) => ({
          event: 'shape.seen' as const,
          data: { source: name, shape },
        }));
      },
    }),
    step('tell', {
      on: 'shape.seen',
      idempotent: { key: ({ source: name, shape }) => `${name} ${shape}` },
      retry: stubborn,
      async run({ source: name, shape }, { outside, idempotencyKey }) {
        const alerts = withTimeout(outside.alerts, answerMs);
        await alerts.tell({ key: idempotencyKey, source: name, shape });
      },
    }),
  ],
  schedules: { clock: { event: 'clock.ticked', everyMs, data: (atMs) => ({ atMs }) } },
});
