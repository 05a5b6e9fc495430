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
import { sleep } from '@firedrill/core/resilience';
import { z } from 'zod';
import { ReplayCache } from '../replay/replay-cache.ts';
import { iot, type LoggedBatch, type ReplayedSite } from './flow.ts';
import { siteOptions } from './house-rules.ts';
import { naiveSite } from './naive.ts';
import { falseRings, foundAnomalies, mostRings, rules, wrongWindows } from './rules.ts';
import { createSensorServices, type SensorTruth } from './services.ts';
import { type Reading, Site } from './site.ts';
import {
  measure,
  plantAnomalies,
  sensors,
  silentForMs,
  startMs,
  startsAt,
  upload,
  wrongClock,
} from './world.ts';

const settings = z.object({
  ratePerSecond: z.coerce
    .number()
    .positive()
    .max(500)
    .default(5)
    .describe('readings a second in the storm'),
});

interface SensorSystem {
  /** Takes readings in; may be called again with the same ones. */
  take(id: string, sensor: string, readings: readonly Reading[]): Promise<void>;
  close(): Promise<void>;
}

/** The system says nothing of itself. */
const reports = defineMeasures({});

const measures = defineMeasures({
  readings: counter({ label: 'readings', chart: 'rate' }),
  /** From the end of a window to its row, for windows that were never corrected before. */
  windowDelay: histogram({
    label: 'from the end of a window to its row',
    unit: 'ms',
    chart: 'delay',
  }),
});

export interface Sensing extends ExampleTypes {
  readonly settings: z.output<typeof settings>;
  readonly outside: ReturnType<typeof createServices>['outside'];
  readonly truth: SensorTruth;
  readonly system: SensorSystem;
  readonly measures: typeof measures;
  readonly reports: typeof reports;
}

const { defineSigns, sign } = ruleWords<Sensing>();
const minute = 60_000;
const durationMs = 6 * minute;
const basePerSecond = 3;

function createServices({ elapsedMs, meter, random }: WorldContext<Sensing>) {
  const truth: SensorTruth = {
    taken: new Map(),
    planted: plantAnomalies(random('anomalies'), durationMs),
    rows: new Map(),
    pages: new Map(),
    numbers: new Map(),
  };
  const services = createSensorServices(truth, ({ revision, endMs }) => {
    if (revision <= 1)
      meter.record(measures.windowDelay, Math.max(0, elapsedMs() - (endMs - startMs)));
  });
  return { outside: { ...services, broker: defineBroker(iot) }, truth };
}

/** The flow in one process, over sites of one's own. */
export function runSensors(
  context: SystemContext<Sensing>,
  open: () => ReplayedSite,
): SensorSystem {
  const sites = new ReplayCache<ReplayedSite, LoggedBatch>(
    open,
    (site, { sensor, readings, atMs }) => {
      site.take(sensor, readings, atMs);
    },
    ({ id, atMs }) => `${id}@${atMs}`,
  );
  const flow = runInProcess(iot, { ...context, outside: { ...context.outside, sites } });
  return {
    async take(id, sensor, readings) {
      await flow.publish('batch.received', { id, site: 'cold-store', sensor, readings }, { id });
    },
    close: () => flow.close(),
  };
}

export const example = defineExample<Sensing>({
  name: 'flows/iot',
  title: 'Sensors: windows that are right, however late the readings',
  startsAt,
  settings,
  charts: {
    rate: { title: 'Readings', unit: 'per-second' },
    delay: { title: 'From the end of a window to its row', unit: 'ms', scale: 'log' },
  },
  measures,
  reports,
  createServices,
  implementations: {
    naive: {
      name: 'naive',
      week: 1,
      flaw: 'The time of arrival closes windows: what comes late overwrites them, what comes twice counts twice, and every odd value rings.',
      breaks: ['windows-exact', 'alerts-bounded'],
      create({ outside, clock }) {
        const site = naiveSite(outside, clock.now);
        return {
          take: async (_id, sensor, readings) => site.take(sensor, readings),
          close: () => site.onIdle(),
        };
      },
    },
    flow: {
      name: 'flow',
      week: 2,
      flaw: 'none known: event time closes windows, late readings correct them, a wrong clock moves nobody else, alerts have two thresholds',
      role: 'repaired',
      breaks: [],
      create: (context) => runSensors(context, () => new Site(siteOptions)),
    },
  },
  async visit({ context, truth, system }) {
    const { meter, elapsedMs, random, faults, network } = context;
    const draw = random('sensors');
    const sensor = draw.chance(0.02) ? wrongClock : draw.pick(sensors);
    const reading = measure(truth, sensor, startMs + elapsedMs(), draw);
    const isRepeated = draw.chance(0.08);
    // Radio is not first come first served.
    const delayMs = Math.floor(draw.next() * 3_000);
    meter.count(measures.readings);
    await sleep(delayMs);
    for (let waitMs = Infinity; waitMs > 0;) {
      waitMs = silentForMs(sensor, elapsedMs(), faults, network.isAffected);
      if (waitMs > 0) await sleep(waitMs + Math.floor(draw.next() * 2_000));
    }
    const id = `${sensor}-${reading.number}`;
    const isTaken = await upload(() => system.take(id, sensor, [reading]), isRepeated);
    if (!isTaken || sensor === wrongClock) return;
    const taken = truth.taken.get(sensor);
    if (taken) taken.push(reading);
    else truth.taken.set(sensor, [reading]);
  },
  signals: [],
  rules,
  swarm: { settles: () => ({ 'for the lateness of a window': 5 * minute }) },
  figures: {
    wrongWindows: {
      label: 'wrong windows',
      unit: 'count',
      better: 'lower',
      rule: 'windows-exact',
      of: (phase) => wrongWindows(phase).wrong,
    },
    mostRings: {
      label: 'most rings of a sensor in a minute',
      unit: 'count',
      better: 'lower',
      rule: 'alerts-bounded',
      of: mostRings,
    },
    found: {
      label: 'planted anomalies found',
      unit: 'count',
      better: 'higher',
      rule: 'anomalies-found',
      of: (phase) => foundAnomalies(phase).done,
    },
    falseRings: {
      label: 'false alarms',
      unit: 'count',
      better: 'lower',
      rule: 'few-false-alarms',
      of: falseRings,
    },
    delay: {
      label: 'window in the table, median',
      unit: 'ms',
      better: 'lower',
      rule: 'stored-soon',
      of: ({ measured }) => measured.windowDelay.p50,
    },
  },
  scenarios: flowScenarios<Sensing>({
    title: 'a third of the sensors loses its radio, and comes back with everything at once',
    intro: [
      'Twelve sensors of a cold store send readings. Their clocks are a little off, one is off by a day, radio delivers in disorder and some of it twice.',
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
          spikeToMs: 4 * minute,
          rampMs: 1_000,
        }),
      ordinaryLoad: () => constantLoad({ ratePerSecond: basePerSecond, durationMs }),
      faults: () => [
        {
          kind: 'hang',
          id: 'no-radio',
          service: 'radio',
          fromMs: 2 * minute,
          toMs: 3.5 * minute,
          share: 0.34,
          of: 'keys',
        },
        {
          kind: 'error',
          id: 'table-down',
          service: 'table',
          fromMs: 3 * minute,
          toMs: 3.4 * minute,
        },
      ],
      story: [{ atMs: minute, text: 'sensors measure more often' }],
    },
    signs: defineSigns({
      'wrong-windows': sign(
        'windows are wrong',
        (phase) => wrongWindows(phase).wrong / Math.max(1, wrongWindows(phase).of),
        { over: 0.5, unit: 'ratio' },
      ),
    }),
    cause: {
      label: 'sensors that come back with what they have kept',
      conditions: {
        radio: { label: 'the lost radio', faults: ['no-radio'] },
        table: { label: 'the outage of the table', faults: ['table-down'] },
      },
    },
    explain: (phase) => {
      const { wrong, of } = wrongWindows(phase);
      return {
        chain: [
          {
            kind: 'cause',
            text: 'a third of the sensors is silent for 90 s, and sends what it has kept all at once',
          },
          {
            kind: 'code',
            text: 'the time of arrival has closed their windows, and what comes late overwrites them',
          },
          { kind: 'victim', text: `${wrong} of ${of} windows are wrong, and nothing says so` },
        ],
        lessons: [
          {
            text: 'Close windows by event time, wait for those who are slow and not for those who are silent, and correct what was handed out under a revision.',
          },
        ],
      };
    },
    scale: {
      baseRatePerSecond: ({ ratePerSecond }) => ratePerSecond,
      stepMs: 40_000,
      columns: [
        { name: 'rows', label: 'rows', unit: 'count' },
        { name: 'p50', label: 'in the table, median', unit: 'ms' },
      ],
      row: ({ truth, measured }) => ({ rows: truth.rows.size, p50: measured.windowDelay.p50 }),
    },
  }),
});
