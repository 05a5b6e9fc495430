import { openPostgresEventStore } from '../../src/event-store/postgres/index.ts';
import { catchUp } from './catch-up.ts';
import { durationMs, inParallel, median, payload, type Report, type Row } from './measure.ts';
import { execute, withDatabase } from './server.ts';

const smallEvents = 1_000;
const appendSamples = 400;
const rounds = 21;
const perStream = 100;
/** A quarter: medians of interleaved samples on a shared machine differ by half of that. */
const noise = 1.25;

/** Appends and catching up in a store of a thousand events and in a large one, in turns. */
export function measureGrowth(largeEvents: number, report: Report): Promise<Row[]> {
  return withDatabase('growth', async (connectionString) => {
    const open = (schema: string) => openPostgresEventStore({ connectionString, schema });
    const small = await open('small');
    const large = await open('large');
    type Store = typeof small;
    const any = { expectedVersion: 'any' } as const;
    const fill = async (store: Store, events: number, onDone: (done: number) => void) => {
      let done = 0;
      const streams = Array.from({ length: Math.ceil(events / perStream) }, (_, index) => index);
      await inParallel(streams, 4, async (index) => {
        const length = Math.min(perStream, events - index * perStream);
        const batch = Array.from({ length }, () => ({ type: 'placed', data: payload }));
        await store.append({ category: 'order', id: String(index) }, batch, any);
        onDone((done += length));
      });
    };
    try {
      const all = smallEvents + largeEvents;
      await fill(small, smallEvents, () => {});
      await fill(large, largeEvents, (done) => report(smallEvents + done, all));
      await execute(connectionString, 'VACUUM ANALYZE');
      const { head: filled } = await large.positions();
      if (filled < largeEvents) throw new Error(`the large store has ${filled} events only.`);

      const appendMs: Record<'small' | 'large', number[]> = { small: [], large: [] };
      const append = (store: Store, id: number) =>
        store.append(
          { category: 'order', id: `new-${id}` },
          [{ type: 'placed', data: payload }],
          any,
        );
      for (let id = -50; id < appendSamples; id += 1) {
        const a = await durationMs(() => append(small, id));
        const b = await durationMs(() => append(large, id));
        if (id < 0) continue;
        appendMs.small.push(a);
        appendMs.large.push(b);
      }

      const rates: Record<'small' | 'large', number[]> = { small: [], large: [] };
      for (let round = -1; round < rounds; round += 1) {
        const both = [
          ['small', small],
          ['large', large],
        ] as const;
        for (const [name, store] of round % 2 === 0 ? both : both.toReversed()) {
          const { head } = await store.positions();
          const settings = { batchSize: 50, workers: 1, buckets: 1 };
          // The newest events, as many as in the other store: what grows is only what is behind them.
          const startAfter = head - smallEvents;
          // Starting and stopping take the same in both, and would hide a difference.
          const ms = await catchUp(store, `round-${round}`, smallEvents, {
            ...settings,
            startAfter,
          });
          if (round >= 0) rates[name].push((smallEvents * 1_000) / ms);
        }
      }
      const p50 = { large: median(appendMs.large), small: median(appendMs.small) };
      const rate = { large: median(rates.large), small: median(rates.small) };
      return [
        {
          what: `append latency p50 in ms, at ${largeEvents} and ${smallEvents} events`,
          figures: p50,
          ratio: p50.large / p50.small,
          goal: { max: noise },
        },
        {
          what: `catch-up of the newest ${smallEvents} events per second, at ${largeEvents} and ${smallEvents}`,
          figures: rate,
          ratio: rate.large / rate.small,
          goal: { min: 1 / noise },
        },
      ];
    } finally {
      await small.close();
      await large.close();
    }
  });
}
