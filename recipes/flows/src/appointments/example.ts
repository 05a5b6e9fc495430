import { defineBroker, flowScenarios, runInProcess } from '@firedrill/core/flows/example';
import {
  counter,
  defineExample,
  defineMeasures,
  type ExampleTypes,
  histogram,
  ruleWords,
  type WorldContext,
} from '@firedrill/core/scenario';
import { constantLoad, spikeLoad } from '@firedrill/core/workload';
import { z } from 'zod';
import { appointments, type Visit } from './flow.ts';
import { mostWaiting, offerMs } from './house-rules.ts';
import { naiveAppointments } from './naive.ts';
import {
  doubleBookings,
  forgotten,
  rivalOffers,
  rules,
  startsAt,
  wrongLocalTimes,
} from './rules.ts';
import { createAppointmentServices } from './services.ts';
import { type AppointmentTruth, type Ask, drawPatient, livePatient, waveMs } from './world.ts';

const settings = z.object({
  ratePerSecond: z.coerce
    .number()
    .positive()
    .max(100)
    .default(4)
    .describe('requests a second when the calendar is opened'),
});

interface AppointmentSystem {
  /** Takes in what a patient asks; may be called again with the same. */
  ask(what: Ask, visit: Visit): Promise<void>;
  close(): Promise<void>;
}

/** The system says nothing of itself. */
const reports = defineMeasures({});

const measures = defineMeasures({
  requests: counter({ label: 'requests', chart: 'rate' }),
  answer: histogram({ label: 'from a request to its answer', unit: 'ms', chart: 'answer' }),
});

export interface Clinic extends ExampleTypes {
  readonly settings: z.output<typeof settings>;
  readonly outside: ReturnType<typeof createServices>['outside'];
  readonly truth: AppointmentTruth;
  readonly system: AppointmentSystem;
  readonly measures: typeof measures;
  readonly reports: typeof reports;
}

const { defineSigns, sign } = ruleWords<Clinic>();
const minute = 60_000;
const durationMs = 8 * minute;
const basePerSecond = 0.4;

function createServices({ meter, elapsedMs }: WorldContext<Clinic>) {
  const truth: AppointmentTruth = {
    mails: new Map(),
    calendar: new Map(),
    patients: new Map(),
    onAnswer(id) {
      const patient = truth.patients.get(id);
      if (patient) meter.record(measures.answer, elapsedMs() - patient.askedAtMs);
    },
  };
  const services = createAppointmentServices(truth);
  return { outside: { ...services, broker: defineBroker(appointments) }, truth };
}

export const example = defineExample<Clinic>({
  name: 'flows/appointments',
  title: 'Appointments: one time, one patient, by the clock of the clinic',
  startsAt,
  settings,
  charts: {
    rate: { title: 'Requests', unit: 'per-second' },
    answer: { title: 'Answers', unit: 'ms', scale: 'log' },
  },
  measures,
  reports,
  createServices,
  implementations: {
    naive: {
      name: 'naive',
      week: 1,
      flaw: 'Looks and then writes, offers one time to all who wait, keeps them in memory, and takes a day for 24 hours.',
      breaks: [
        'calendar-agrees',
        'local-time',
        'no-double-booking',
        'nobody-forgotten',
        'offers-kept',
        'one-offer-at-a-time',
        'open-hours',
        'reminded',
        'reminded-once',
      ],
      create({ outside, clock }) {
        const desk = naiveAppointments(outside, clock.now);
        return { ask: async (what, visit) => desk.ask(what, visit), close: () => desk.onIdle() };
      },
    },
    flow: {
      name: 'flow',
      week: 2,
      flaw: 'none known: a day is asked one thing at a time, an offer holds its time, reminders are looked up by the clock of the clinic',
      role: 'repaired',
      breaks: [],
      create(context) {
        const flow = runInProcess(appointments, context);
        return {
          async ask(what, visit) {
            await flow.publish('day.asked', { what, visit }, { id: `${visit.id}-${what}` });
          },
          close: () => flow.close(),
        };
      },
    },
  },
  async visit({ context, truth, system, arrival }) {
    const { meter, elapsedMs, random } = context;
    const draw = random('patients');
    const patient = drawPatient(arrival.index, arrival.atMs, draw);
    const { id } = patient.visit;
    truth.patients.set(id, patient);
    meter.count(measures.requests);
    const own = draw.fork(id);
    const { mails } = truth;
    await livePatient(patient, (what, visit) => system.ask(what, visit), {
      mails,
      elapsedMs,
      draw: own,
    });
  },
  signals: [],
  rules,
  swarm: {
    settles: () => ({
      'for the patience of the last patient': 5 * minute,
      [`for offers to ${mostWaiting} who wait, one after the other`]: mostWaiting * offerMs,
    }),
  },
  figures: {
    doubleBookings: {
      label: 'double bookings',
      unit: 'count',
      better: 'lower',
      rule: 'no-double-booking',
      of: doubleBookings,
    },
    rivalOffers: {
      label: 'offers of one time to two',
      unit: 'count',
      better: 'lower',
      rule: 'one-offer-at-a-time',
      of: rivalOffers,
    },
    wrongLocalTimes: {
      label: 'wrong local times',
      unit: 'count',
      better: 'lower',
      rule: 'local-time',
      of: wrongLocalTimes,
    },
    forgotten: {
      label: 'forgotten patients',
      unit: 'count',
      better: 'lower',
      rule: 'nobody-forgotten',
      of: forgotten,
    },
  },
  scenarios: flowScenarios<Clinic>({
    title:
      'the calendar opens, a ferry does not sail and many cancel, mail is down, a process crashes',
    intro: [
      'Three clinics, two of them in the week in which the clock is changed, give times away, keep a waiting list and remind their patients.',
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
          spikeToMs: 2 * minute,
          rampMs: 1_000,
        }),
      ordinaryLoad: () => constantLoad({ ratePerSecond: basePerSecond, durationMs }),
      faults: () => [
        {
          kind: 'slow',
          id: 'calendar-slow',
          service: 'calendar',
          fromMs: minute,
          toMs: 2 * minute,
          latency: { fixedMs: 500 },
        },
        {
          kind: 'drop-response',
          id: 'mail-answers-lost',
          service: 'mail',
          fromMs: minute,
          toMs: 4 * minute,
          share: 0.15,
        },
        {
          kind: 'error',
          id: 'mail-down',
          service: 'mail',
          fromMs: 200_000,
          toMs: 220_000,
        },
        { kind: 'crash', id: 'crash', service: 'app', fromMs: 250_000, toMs: 253_000 },
      ],
      story: [
        { atMs: minute, text: 'the calendar is opened' },
        { atMs: waveMs.from, text: 'the ferry to the islands does not sail, and many cancel' },
      ],
    },
    signs: defineSigns({
      'double-bookings': sign('two people have one time', doubleBookings, {
        atLeast: 5,
        unit: 'count',
      }),
    }),
    cause: {
      label: 'everybody asks at once, while the calendar is slow',
      conditions: {
        rush: { label: 'the rush', load: 'above-base' },
        slow: { label: 'the slow calendar', faults: ['calendar-slow'] },
      },
    },
    explain: (phase) => ({
      chain: [
        { kind: 'cause', text: 'everybody asks at once, and the calendar takes half a second' },
        {
          kind: 'code',
          text: 'what was free when it was looked at is written into, whoever has done so in between',
        },
        {
          kind: 'victim',
          text: `${doubleBookings(phase)} double bookings, ${rivalOffers(phase)} offers of one time to two`,
        },
      ],
      lessons: [
        {
          text: 'Decide for each provider and day in one place, one thing at a time; let an offer hold what it offers.',
        },
        {
          text: 'Count days by the calendar of the place, and hours only on the way to an instant.',
        },
      ],
    }),
    scale: {
      baseRatePerSecond: ({ ratePerSecond }) => ratePerSecond,
      columns: [
        { name: 'answered', label: 'answered', unit: 'count' },
        { name: 'p95', label: 'answer, p95', unit: 'ms' },
      ],
      row: ({ measured }) => ({ answered: measured.answer.count, p95: measured.answer.p95 }),
    },
  }),
});
