import { defineBroker, flowScenarios, runInProcess } from '@firedrill/core/flows/example';
import {
  counter,
  defineExample,
  defineMeasures,
  type ExampleTypes,
  histogram,
  ruleWords,
  type SystemContext,
  type WorldContext,
} from '@firedrill/core/scenario';
import { constantLoad, spikeLoad } from '@firedrill/core/workload';
import { z } from 'zod';
import { etl } from './flow.ts';
import { naiveEtl } from './naive.ts';
import { misplaced, rules, untoldShapes, wrongTotals } from './rules.ts';
import { createEtlServices, type SourceName } from './services.ts';
import { changedAtMs, type EtlTruth, mistakeMs, sell } from './world.ts';

const settings = z.object({
  ratePerSecond: z.coerce
    .number()
    .positive()
    .max(100)
    .default(5)
    .describe('sales a second at noon'),
});

interface EtlSystem {
  /** Reads a source once more from a time on; may be called again with the same id. */
  backfill(id: string, source: SourceName, fromMs: number): Promise<void>;
  close(): Promise<void>;
}

/** The system says nothing of itself. */
const reports = defineMeasures({});

const measures = defineMeasures({
  sales: counter({ label: 'sales', chart: 'rate' }),
  tillDelay: histogram({ label: 'from a till to the warehouse', unit: 'ms', chart: 'delay' }),
  webDelay: histogram({ label: 'from the web to the warehouse', unit: 'ms', chart: 'delay' }),
});

export interface Loading extends ExampleTypes {
  readonly settings: z.output<typeof settings>;
  readonly outside: ReturnType<typeof createServices>['outside'];
  readonly truth: EtlTruth;
  readonly system: EtlSystem;
  readonly measures: typeof measures;
  readonly reports: typeof reports;
}

const { defineSigns, sign } = ruleWords<Loading>();
const minute = 60_000;
const durationMs = 6 * minute;
const startsAt = '2026-03-02T11:00:00.000Z';
const startMs = Date.parse(startsAt);
const basePerSecond = 1;
/** When sources send old pages, and half ones. */
const badMs = { from: minute, to: 3 * minute };

function createServices({ meter, elapsedMs, random }: WorldContext<Loading>) {
  const truth: EtlTruth = {
    rows: { tills: new Map(), web: new Map() },
    facts: [],
    loadedVersions: new Map(),
    quarantine: new Map(),
    shapesTold: [],
    written: new Map(),
    isBadDay: (nowMs) => nowMs >= badMs.from && nowMs < badMs.to,
    onLoaded({ id, version }) {
      truth.loadedVersions.set(id, Math.max(version, truth.loadedVersions.get(id) ?? 0));
      const row = truth.written.get(id);
      if (row === undefined || row.version !== version || row.isVeryLate) return;
      const delay = row.source === 'tills' ? measures.tillDelay : measures.webDelay;
      meter.record(delay, elapsedMs() - row.atMs);
    },
  };
  const services = createEtlServices(truth, random('sources'));
  return { outside: { ...services, broker: defineBroker(etl) }, truth };
}

export function runEtl(context: SystemContext<Loading>): EtlSystem {
  const flow = runInProcess(etl, context);
  return {
    async backfill(id, source, fromMs) {
      await flow.publish('backfill.asked', { id, source, fromMs: fromMs - 1 }, { id });
    },
    close: () => flow.close(),
  };
}

export const example = defineExample<Loading>({
  name: 'flows/etl',
  title: 'ETL: every row once, in the warehouse or in the quarantine',
  startsAt,
  settings,
  charts: {
    rate: { title: 'Sales', unit: 'per-second' },
    delay: { title: 'Until a sale is in the warehouse', unit: 'ms', scale: 'log' },
  },
  measures,
  reports,
  createServices,
  implementations: {
    naive: {
      name: 'naive',
      week: 1,
      flaw: 'A cursor in memory, pages that are believed, rows that are inserted, and nobody who looks at what an amount is.',
      breaks: ['drift-told', 'every-row-once', 'fresh-tills', 'fresh-web', 'totals-agree'],
      create({ outside }) {
        const loop = naiveEtl(outside);
        return {
          // There is nothing to read again: the cursor has gone on.
          backfill: () => Promise.resolve(),
          close: () => loop.close(),
        };
      },
    },
    flow: {
      name: 'flow',
      week: 2,
      flaw: 'none known: a page is read whole or again, a watermark looks back, loading recognises rows, and what is wrong is set aside with its reason',
      role: 'repaired',
      breaks: [],
      create: runEtl,
    },
  },
  async visit({ context, truth, system, arrival }) {
    const { meter, elapsedMs, random } = context;
    meter.count(measures.sales);
    await sell(arrival.index, {
      truth,
      elapsedMs,
      startMs,
      draw: random('sales').fork(`${arrival.index}`),
      backfill: (id, source, fromMs) => system.backfill(id, source, fromMs),
    });
  },
  signals: [],
  rules,
  swarm: {
    settles: () => ({
      'for a sale that is changed': 50_000,
      'for the next run': 10_000,
      'for a retry': 8_000,
    }),
  },
  figures: {
    misplaced: {
      label: 'rows that are not once where they belong',
      unit: 'count',
      better: 'lower',
      rule: 'every-row-once',
      of: misplaced,
    },
    wrongTotals: {
      label: 'wrong totals',
      unit: 'count',
      better: 'lower',
      rule: 'totals-agree',
      of: wrongTotals,
    },
    untoldShapes: {
      label: 'shapes that nobody was told of',
      unit: 'count',
      better: 'lower',
      rule: 'drift-told',
      of: untoldShapes,
    },
  },
  scenarios: flowScenarios<Loading>({
    title:
      'sources repeat pages and send half of them, a type changes, the warehouse is down, a process crashes',
    intro: [
      'Two sources write sales, some of them late, some of them again. A warehouse is to hold each of them once, with every cent.',
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
          spikeFromMs: minute,
          spikeToMs: 3 * minute,
          rampMs: 1_000,
        }),
      ordinaryLoad: () => constantLoad({ ratePerSecond: basePerSecond, durationMs }),
      faults: () => [
        {
          kind: 'error',
          id: 'warehouse-down',
          service: 'warehouse',
          fromMs: 100_000,
          toMs: 112_000,
        },
        {
          kind: 'drop-response',
          id: 'lost-answers',
          service: 'warehouse',
          fromMs: minute,
          toMs: 3 * minute,
          share: 0.2,
        },
        { kind: 'crash', id: 'crash', service: 'app', fromMs: 140_000, toMs: 144_000 },
      ],
      story: [
        { atMs: badMs.from, text: 'sources begin to repeat pages, and to send half ones' },
        { atMs: changedAtMs, text: 'amounts come as text' },
        { atMs: mistakeMs.from, text: 'amounts come as objects, by mistake' },
      ],
    },
    signs: defineSigns({
      'misplaced-rows': sign('rows are missing, or there twice', misplaced, {
        atLeast: 100,
        unit: 'count',
      }),
    }),
    cause: {
      label: 'answers of the warehouse are lost, and a crash forgets the cursor',
      conditions: {
        answers: { label: 'the lost answers', faults: ['lost-answers'] },
        down: { label: 'the outage of the warehouse', faults: ['warehouse-down'] },
        crash: { label: 'the crash', faults: ['crash'] },
      },
    },
    explain: (phase) => ({
      chain: [
        { kind: 'cause', text: 'the process crashes, and with it goes the cursor' },
        { kind: 'code', text: 'it reads from the beginning, and inserts what is there' },
        {
          kind: 'victim',
          text: `${misplaced(phase)} rows are not once where they belong, and ${wrongTotals(phase)} totals are wrong`,
        },
      ],
      lessons: [
        {
          text: 'Move the watermark in the transaction that hands on what was read, look back behind it, and let loading recognise rows.',
        },
      ],
    }),
    scale: {
      baseRatePerSecond: ({ ratePerSecond }) => ratePerSecond,
      stepMs: 40_000,
      columns: [
        { name: 'loaded', label: 'loaded', unit: 'count' },
        { name: 'p95', label: 'in the warehouse, p95', unit: 'ms' },
      ],
      row: ({ truth, measured }) => ({ loaded: truth.facts.length, p95: measured.tillDelay.p95 }),
    },
  }),
});
