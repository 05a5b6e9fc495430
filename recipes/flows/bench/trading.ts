import { createMemoryBroker, runInMemory } from '@firedrill/core/flows';
import { ReplayCache } from '../src/replay/replay-cache.ts';
import { answerOf, trading } from '../src/trading/flow.ts';
import { venueOptions } from '../src/trading/house-rules.ts';
import { type LoggedCommand, type ReplayedVenue, Venue } from '../src/trading/venue.ts';
import {
  inTurns,
  line,
  rateLine,
  best,
  figure,
  perCpuSecond,
  percentile,
  processorMs,
  type Round,
  timed,
} from './measure.ts';
import { OrderStream } from './orders.ts';

const instruments = Array.from({ length: 16 }, (_, index) => `instrument-${index}`);
/** Sent together; then they are waited for. */
const burst = 256;

const outside = {
  clearing: { settle: async ({ reference }: { reference: string }) => ({ reference }) },
  journal: { append: async () => ({}) },
  traders: { report: async () => ({}) },
};

/** The flow with all its steps, and plain functions that do the same without the runtime. */
export async function tradingFlow(rounds: number, seconds: number): Promise<string> {
  const found = await inTurns(rounds, {
    flow: () => throughTheFlow(seconds),
    plain: () => throughFunctions(seconds),
  });
  const latencies = found.flow.map((each) =>
    percentile(each.latenciesMicros ?? new Float64Array(), 0.99),
  );
  const samples = found.flow[0]?.latenciesMicros?.length ?? 0;
  const share = best(found.flow, perCpuSecond) / best(found.plain, perCpuSecond);
  return [
    `trading: mixed orders for ${seconds} s of processor, ${instruments.length} instruments, bursts of ${burst}\n`,
    rateLine('flow, all steps', 'orders', found.flow, 100_000),
    line(
      'flow, p99 to the last step of a burst',
      `${figure(Math.min(...latencies) / 1_000)} ms (${figure(samples)} bursts)`,
    ),
    rateLine('plain functions', 'orders', found.plain),
    line(
      'flow against plain functions',
      `${figure(share)} of their orders for each s of processor`,
    ),
  ].join('');
}

async function throughTheFlow(seconds: number): Promise<Round> {
  const stream = new OrderStream(1);
  const venues = new ReplayCache<ReplayedVenue, LoggedCommand>(
    () => new Venue(venueOptions),
    (venue, { command, atMs }) => void venue.apply(command, atMs),
    ({ id, atMs }) => `${id}@${atMs}`,
  );
  // Twice two seconds of ids are known: a week of them at this rate fits into no memory.
  const broker = createMemoryBroker(trading, { rememberMs: 2_000 }).connect();
  const flow = runInMemory(trading, { outside: { ...outside, venues }, broker });
  const took: number[] = [];
  const result = await timed(async () => {
    const untilMs = processorMs() + seconds * 1_000;
    let done = 0;
    while (processorMs() < untilMs) {
      const sinceMs = performance.now();
      for (let index = 0; index < burst; index += 1) {
        const { id, command } = stream.next();
        const instrument = instruments[done % instruments.length] ?? '';
        void flow.publish('command.received', { id, instrument, command }, { id });
        done += 1;
      }
      await flow.onIdle();
      took.push((performance.now() - sinceMs) * 1_000);
    }
    return done;
  });
  await flow.stop();
  const dead = broker.counts().dead;
  if (dead > 0) throw new Error(`${dead} dead letters: ${broker.letters()[0]?.error.message}.`);
  return { ...result, latenciesMicros: Float64Array.from(took).toSorted() };
}

/** The same chain as an afternoon's functions: schema, once, risk and book, log, journal, report, settlement. */
async function throughFunctions(seconds: number): Promise<Round> {
  const stream = new OrderStream(1);
  const schema = trading.events['command.received'];
  const venues = new Map(instruments.map((each) => [each, new Venue(venueOptions)]));
  const log = new Map<string, LoggedCommand>();
  let young = new Set<string>();
  let old = new Set<string>();
  return timed(async () => {
    const untilMs = processorMs() + seconds * 1_000;
    let done = 0;
    while (processorMs() < untilMs) {
      // As many ids are known as in the flow.
      if (young.size > 100_000) {
        old = young;
        young = new Set();
      }
      for (let index = 0; index < burst * 32; index += 1) {
        const { id, command } = stream.next();
        const instrument = instruments[done % instruments.length] ?? '';
        const { command: taken } = schema.parse({ id, instrument, command });
        const venue = venues.get(instrument);
        if (venue === undefined || young.has(id) || old.has(id)) continue;
        young.add(id);
        const atMs = venue.timeOf(Date.now());
        const events = venue.apply(taken, atMs);
        log.set(`${instrument}#${done}`, { id, command: taken, atMs });
        await outside.journal.append();
        await outside.traders.report();
        answerOf(events);
        for (const event of events) {
          if (event.type === 'trade.executed') {
            await outside.clearing.settle({ reference: `${instrument}-${event.trade}` });
          }
        }
        done += 1;
      }
    }
    return done;
  });
}
