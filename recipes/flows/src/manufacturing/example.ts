import { defineBroker, flowScenarios, runInProcess } from '@firedrill/core/flows/example';
import { settle, sleep } from '@firedrill/core/resilience';
import {
  counter,
  defineExample,
  defineMeasures,
  type ExampleTypes,
  gauge,
  histogram,
  ruleWords,
  type SystemContext,
  type WorldContext,
} from '@firedrill/core/scenario';
import { constantLoad, spikeLoad } from '@firedrill/core/workload';
import { z } from 'zod';
import type { Tray } from './events.ts';
import { manufacturing } from './flow.ts';
import { naiveLine } from './naive.ts';
import {
  badShipped,
  longestAbove,
  mostCalls,
  rules,
  seizedFans,
  soundParts,
  unattended,
  untraced,
} from './rules.ts';
import { createLineServices, type LineTruth } from './services.ts';
import { awaitEnd, createTruth, drawTray, Shift, startMs, startsAt } from './world.ts';

const settings = z.object({
  ratePerSecond: z.coerce
    .number()
    .positive()
    .max(1)
    .default(0.1)
    .describe('trays a second in the storm; three ovens cure about 0.1'),
});

interface LineSystem {
  /** Takes a tray in; may be called again with the same one. */
  deliver(tray: Tray): Promise<void>;
  /** A person has looked at an oven, and says that it may run again. */
  acknowledge(oven: string, stop: number, isFanNew: boolean): Promise<void>;
  close(): Promise<void>;
}

/** The system says nothing of itself. */
const reports = defineMeasures({});

const measures = defineMeasures({
  trays: counter({ label: 'trays', chart: 'rate' }),
  hottest: gauge({ label: 'hottest oven, °C', unit: 'count', chart: 'heat' }),
  /** Of a command: how old the sample is on which it rests. */
  commandAge: histogram({ label: 'from a sample to its command', unit: 'ms' }),
});

export interface Manufacturing extends ExampleTypes {
  readonly settings: z.output<typeof settings>;
  readonly outside: ReturnType<typeof createServices>['outside'];
  readonly truth: LineTruth;
  readonly system: LineSystem;
  readonly measures: typeof measures;
  readonly reports: typeof reports;
}

const { defineSigns, sign } = ruleWords<Manufacturing>();
const minute = 60_000;
const durationMs = 6 * minute;
const basePerSecond = 0.05;

function createServices(context: WorldContext<Manufacturing>) {
  const { meter, random } = context;
  const base = createTruth(random);
  const draw = random('gauge');
  const services = createLineServices(base, {
    startMs,
    noise: () => 2 * draw.next() - 1,
    commanded: (ageMs) => meter.record(measures.commandAge, ageMs),
  });
  meter.gauge(measures.hottest, () =>
    Math.max(...[...base.plants.values()].map(({ tempC }) => Math.round(tempC))),
  );
  const truth: LineTruth = { ...base, shift: new Shift(base, services, context) };
  return { outside: { ...services, broker: defineBroker(manufacturing) }, truth };
}

/** The line in one process: samples come over the fieldbus and go to the flow. */
export function runLine(context: SystemContext<Manufacturing>): LineSystem {
  const flow = runInProcess(manufacturing, context);
  const unsubscribe = context.outside.fieldbus.onMessage((sample) => {
    const id = `${sample.oven}#${sample.number}`;
    // One that cannot be taken is followed by the next; without any, the heater goes off.
    flow.publish('sample.taken', sample, { id }).catch(() => {});
  });
  return {
    async deliver(tray) {
      const atMs = context.clock.now();
      await flow.publish('tray.arrived', { tray, atMs }, { id: tray.tray });
    },
    async acknowledge(oven, stop, isFanNew) {
      const id = `${oven}-acknowledged-${stop}`;
      await flow.publish('oven.acknowledged', { oven, stop, isFanNew }, { id });
    },
    async close() {
      unsubscribe();
      await flow.close();
    },
  };
}

export const example = defineExample<Manufacturing>({
  name: 'flows/manufacturing',
  title: 'Manufacturing: an oven that stops by itself, and parts that can be traced',
  startsAt,
  settings,
  charts: {
    rate: { title: 'Trays', unit: 'per-second' },
    heat: { title: 'The hottest oven, °C', unit: 'count' },
  },
  measures,
  reports,
  createServices,
  implementations: {
    naive: {
      name: 'naive',
      week: 1,
      flaw: 'The heater stays as it was told, one sensor is believed, fans are replaced by count, and one part stands for its tray.',
      breaks: [
        'alarms-bounded',
        'every-part-traceable',
        'locked-out',
        'maintained-in-time',
        'no-bad-part-shipped',
        'safe-stop',
        'shipped',
        'within-limits',
      ],
      create({ outside }) {
        const line = naiveLine(outside);
        return {
          deliver: async (tray) => line.deliver(tray),
          // Whoever looks at an oven finds it at work.
          acknowledge: async () => {},
          close: () => line.onIdle(),
        };
      },
    },
    flow: {
      name: 'flow',
      week: 2,
      flaw: 'none known: a command ends by itself, two sensors watch each other, a stop stays until a person has looked, and what is not known of a tray rejects it',
      role: 'repaired',
      breaks: [],
      create: runLine,
    },
  },
  async visit({ context, truth, system, arrival }) {
    const { meter, elapsedMs, random } = context;
    const { tray, label } = drawTray(truth, arrival.index, {
      atMs: elapsedMs(),
      draw: random('trays'),
    });
    meter.count(measures.trays);
    const work = truth.shift.work((...given) => system.acknowledge(...given));
    for (let tries = 0; tries < 200 && !tray.isTaken; tries += 1) {
      tray.isTaken = (await settle(system.deliver(label))).kind === 'success';
      if (!tray.isTaken) await sleep(2_000);
    }
    await awaitEnd(truth, tray, elapsedMs);
    await work;
  },
  signals: [],
  rules,
  swarm: {
    settles: () => ({
      'for a person to come and look, twice': 2 * minute,
      'for three dozen trays that wait, on three ovens': (36 / 3) * 40_000,
      'for a box that is not full, and the end of the shift': 2 * minute,
    }),
  },
  figures: {
    above: {
      label: 'longest time above the limit',
      unit: 'ms',
      better: 'lower',
      rule: 'within-limits',
      of: longestAbove,
    },
    unattended: {
      label: 'heated unattended',
      unit: 'ms',
      better: 'lower',
      rule: 'safe-stop',
      of: unattended,
    },
    bad: {
      label: 'bad parts shipped',
      unit: 'count',
      better: 'lower',
      rule: 'no-bad-part-shipped',
      of: badShipped,
    },
    untraced: {
      label: 'parts without a trace',
      unit: 'count',
      better: 'lower',
      rule: 'every-part-traceable',
      of: untraced,
    },
    seized: {
      label: 'fans that seized',
      unit: 'count',
      better: 'lower',
      rule: 'maintained-in-time',
      of: seizedFans,
    },
    calls: {
      label: 'most calls for an oven in a minute',
      unit: 'count',
      better: 'lower',
      rule: 'alarms-bounded',
      of: mostCalls,
    },
    shipped: {
      label: 'sound parts shipped',
      unit: 'count',
      better: 'higher',
      rule: 'shipped',
      of: (phase) => soundParts(phase).done,
    },
  },
  scenarios: flowScenarios<Manufacturing>({
    title: 'a sensor card freezes, the network splits, the robot loses answers, a process crashes',
    intro: [
      'Three ovens cure parts on trays at 180 °C. Above 200 °C parts scorch; a heater that nobody stops reaches 320 °C.',
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
          spikeToMs: 2.5 * minute,
          rampMs: 1_000,
        }),
      ordinaryLoad: () => constantLoad({ ratePerSecond: basePerSecond, durationMs }),
      faults: () => [
        {
          kind: 'hang',
          id: 'card-frozen',
          service: 'card-a',
          fromMs: 80_000,
          toMs: 100_000,
        },
        {
          kind: 'drop-response',
          id: 'robot-answers-lost',
          service: 'robot',
          fromMs: 120_000,
          toMs: 170_000,
          share: 0.3,
        },
        {
          kind: 'hang',
          id: 'split-samples',
          service: 'fieldbus',
          fromMs: 180_000,
          toMs: 205_000,
        },
        { kind: 'hang', id: 'split-commands', service: 'oven', fromMs: 180_000, toMs: 205_000 },
        { kind: 'crash', id: 'crash', service: 'app', fromMs: 240_000, toMs: 260_000 },
      ],
      story: [{ atMs: minute, text: 'a lorry has come, and trays arrive faster' }],
    },
    signs: defineSigns({
      unattended: sign('ovens heat though nobody commands', unattended, {
        atLeast: 5_000,
        unit: 'ms',
      }),
    }),
    cause: {
      label: 'commands and samples that do not arrive, and a process that is away',
      conditions: {
        split: { label: 'the split network', faults: ['split-samples', 'split-commands'] },
        crash: { label: 'the crash', faults: ['crash'] },
        card: { label: 'the frozen card', faults: ['card-frozen'] },
      },
    },
    explain: (phase) => ({
      chain: [
        { kind: 'cause', text: 'the controller hears nothing of the ovens, or is not there' },
        {
          kind: 'code',
          text: 'the heater stays as it was told last, and the limiter as it was delivered',
        },
        {
          kind: 'victim',
          text: `heaters are on for ${unattended(phase) / 1_000} s without anybody, ${longestAbove(phase) / 1_000} s above the limit at the longest, and ${badShipped(phase)} bad parts leave`,
        },
      ],
      lessons: [
        {
          text: 'Let every command end by itself: silence has to be the safe state, and what stops must not need who controls.',
        },
        { text: 'What you do not know of a part is a reason to keep it.' },
      ],
    }),
    scale: {
      baseRatePerSecond: () => basePerSecond,
      stepMs: 150_000,
      multipliers: [0.5, 1, 2],
      columns: [
        { name: 'parts', label: 'sound parts shipped', unit: 'count' },
        { name: 'p95', label: 'sample to command, p95', unit: 'ms' },
      ],
      row: (phase) => ({
        parts: soundParts(phase).done,
        p95: phase.measured.commandAge.p95,
      }),
    },
  }),
});
