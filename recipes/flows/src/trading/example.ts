import { defineBroker, flowScenarios, runInProcess } from '@firedrill/core/flows/example';
import {
  counter,
  defineExample,
  defineMeasures,
  type ExampleTypes,
  ruleWords,
  type SystemContext,
  type WorldContext,
} from '@firedrill/core/scenario';
import { constantLoad, spikeLoad } from '@firedrill/core/workload';
import { z } from 'zod';
import { trading } from './flow.ts';
import { naiveExchange } from './naive.ts';
import { doubleOrders, fillsBeyondRisk, haltsOf, rules, wrongSettlements } from './rules.ts';
import { createTradingServices, createTradingTruth, type TradingTruth } from './services.ts';
import { venueOptions } from './house-rules.ts';
import { drawIntent, send } from './world.ts';
import { ReplayCache } from '../replay/replay-cache.ts';
import { type Command, type LoggedCommand, type ReplayedVenue, Venue } from './venue.ts';

const settings = z.object({
  ratePerSecond: z.coerce
    .number()
    .positive()
    .max(500)
    .default(25)
    .describe('commands a second when the market opens'),
});

interface ExchangeSystem {
  /** Takes a command in; may be called again with the same one. */
  take(id: string, instrument: string, command: Command): Promise<void>;
  close(): Promise<void>;
}

/** The system says nothing of itself. */
const reports = defineMeasures({});

const measures = defineMeasures({
  sent: counter({ label: 'commands sent', chart: 'rate' }),
});

export interface Exchange extends ExampleTypes {
  readonly settings: z.output<typeof settings>;
  readonly outside: ReturnType<typeof createServices>['outside'];
  readonly truth: TradingTruth;
  readonly system: ExchangeSystem;
  readonly measures: typeof measures;
  readonly reports: typeof reports;
}

function createServices({ elapsedMs, violate }: WorldContext<Exchange>) {
  const truth = createTradingTruth();
  const services = createTradingServices(truth, elapsedMs, violate);
  return { outside: { ...services, broker: defineBroker(trading) }, truth };
}

/** The flow in one process, over venues of one's own. */
export function runExchange(
  context: SystemContext<Exchange>,
  open: () => ReplayedVenue,
): ExchangeSystem {
  const venues = new ReplayCache<ReplayedVenue, LoggedCommand>(
    open,
    (venue, { command, atMs }) => {
      venue.apply(command, atMs);
    },
    ({ id, atMs }) => `${id}@${atMs}`,
  );
  const outside = { ...context.outside, venues };
  const flow = runInProcess(trading, { ...context, outside });
  return {
    async take(id, instrument, command) {
      await flow.publish('command.received', { id, instrument, command }, { id });
    },
    close: () => flow.close(),
  };
}

const { defineSigns, sign } = ruleWords<Exchange>();
const minute = 60_000;
const durationMs = 5 * minute;
const basePerSecond = 1;

export const example = defineExample<Exchange>({
  name: 'flows/trading',
  title: 'Trading: a price-time order book, and what stands around it',
  startsAt: '2026-03-02T14:30:00.000Z',
  settings,
  charts: { rate: { title: 'Commands', unit: 'per-second' } },
  measures,
  reports,
  createServices,
  implementations: {
    naive: {
      name: 'naive',
      week: 1,
      flaw: 'Match, execute, settle, and check the risk at the end: what comes twice is done twice, and a settlement without an answer is sent again under a new reference.',
      breaks: ['orders-once', 'within-risk', 'settled-once', 'conservation'],
      create({ outside, clock }) {
        const exchange = naiveExchange(outside, clock.now);
        return {
          take: async (id, instrument, command) => exchange.take(id, instrument, command),
          close: () => exchange.onIdle(),
        };
      },
    },
    flow: {
      name: 'flow',
      week: 2,
      flaw: 'none known: risk, match and log are one transaction, the book is a cache of the log, and a settlement has one reference',
      role: 'repaired',
      breaks: [],
      create: (context) => runExchange(context, () => new Venue(venueOptions)),
    },
  },
  async visit({ context, truth, system, arrival }) {
    const { meter, elapsedMs, random } = context;
    const intent = drawIntent(truth, arrival.index, arrival.atMs, random('traders'));
    const { id, instrument, command, isInLimits, isSentTwice } = intent;
    truth.sent.set(id, { instrument, command, isInLimits, sentMs: elapsedMs() });
    meter.count(measures.sent);
    await send(() => system.take(id, instrument, command), isSentTwice);
  },
  signals: [],
  rules,
  swarm: { settles: () => ({ 'for a retry': 10_000, 'for a breaker': 8_000 }) },
  figures: {
    doubleOrders: {
      label: 'commands done twice',
      unit: 'count',
      better: 'lower',
      rule: 'orders-once',
      of: doubleOrders,
    },
    beyondRisk: {
      label: 'fills beyond a position limit',
      unit: 'count',
      better: 'lower',
      rule: 'within-risk',
      of: fillsBeyondRisk,
    },
    unsettled: {
      label: 'trades that were never settled',
      unit: 'count',
      better: 'lower',
      rule: 'settled-once',
      of: (phase) => wrongSettlements(phase).missing,
    },
    settledAgain: {
      label: 'settlements too many',
      unit: 'count',
      better: 'lower',
      rule: 'settled-once',
      of: (phase) => wrongSettlements(phase).surplus,
    },
    halts: {
      label: 'halts',
      unit: 'count',
      better: 'neither',
      rule: 'no-trade-in-halt',
      of: haltsOf,
    },
    trades: {
      label: 'trades settled',
      unit: 'count',
      better: 'neither',
      of: ({ truth }) => truth.settled.size,
    },
  },
  scenarios: flowScenarios<Exchange>({
    title: 'the market opens, the clearing house loses answers and goes away',
    intro: [
      'An exchange matches orders in two instruments, and a clearing house settles every trade. Answers get lost, commands come twice, one account buys whatever there is.',
    ],
    naive: 'naive',
    repaired: 'flow',
    storm: {
      durationMs,
      load: ({ ratePerSecond }) =>
        spikeLoad({
          basePerSecond,
          peakPerSecond: ratePerSecond,
          durationMs,
          spikeFromMs: 20_000,
          spikeToMs: 60_000,
          rampMs: 1_000,
        }),
      ordinaryLoad: () => constantLoad({ ratePerSecond: basePerSecond, durationMs }),
      faults: () => [
        {
          kind: 'drop-response',
          id: 'lost-answers',
          service: 'clearing',
          fromMs: 20_000,
          toMs: 60_000,
          share: 0.3,
        },
        { kind: 'error', id: 'clearing-down', service: 'clearing', fromMs: 90_000, toMs: 150_000 },
      ],
      story: [
        { atMs: 20_000, text: 'the market opens' },
        { atMs: 40_000, text: 'bad news: everything is worth 7 % less' },
      ],
    },
    signs: defineSigns({
      'settled-again': sign(
        'trades are settled twice',
        (phase) => wrongSettlements(phase).surplus,
        { atLeast: 3, unit: 'count' },
      ),
      'never-settled': sign(
        'trades are never settled',
        (phase) => wrongSettlements(phase).missing,
        { atLeast: 3, unit: 'count' },
      ),
    }),
    cause: {
      label: 'a clearing house that loses answers and goes away',
      conditions: {
        answers: { label: 'the lost answers', faults: ['lost-answers'] },
        outage: { label: 'the outage', faults: ['clearing-down'] },
      },
    },
    explain: (phase) => {
      const { missing, surplus } = wrongSettlements(phase);
      return {
        chain: [
          {
            kind: 'cause',
            text: 'the clearing house books a trade, and its answer is lost; later it is away for a minute',
          },
          {
            kind: 'code',
            text: 'no answer is taken for a no, the trade is sent again under a new reference, and after three attempts forgotten',
          },
          {
            kind: 'victim',
            text: `${surplus} settlements too many, and ${missing} trades that were never settled`,
          },
        ],
        lessons: [
          {
            text: 'A trade has one reference for all attempts, and is settled however long it takes: it was made.',
          },
          {
            text: `Risk is checked before the book, with everything that is open: ${fillsBeyondRisk(phase)} fills took an account beyond its limit.`,
          },
        ],
      };
    },
    scale: {
      baseRatePerSecond: ({ ratePerSecond }) => ratePerSecond,
      multipliers: [1, 2, 4],
      stepMs: 20_000,
      columns: [{ name: 'settled', label: 'trades settled', unit: 'count' }],
      row: ({ truth }) => ({ settled: truth.settled.size }),
    },
  }),
});
