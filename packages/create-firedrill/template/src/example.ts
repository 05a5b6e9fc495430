import { withPatience } from '@firedrill/core/resilience';
import { defineExample } from '@firedrill/core/scenario';
import { careless } from './implementations/1-careless.ts';
import { careful } from './implementations/2-careful.ts';
import { measures, reports } from './measurements.ts';
import { paidAgain, rules } from './rules.ts';
import { scenarios } from './scenarios.ts';
import { createServices } from './services.ts';
import { settings } from './settings.ts';
import type { Incident } from './types.ts';

/** The incident: who comes, what they meet, and by which rules it is judged. */
export const example = defineExample<Incident>({
  name: 'my-incident',
  title: 'Kiosk: tea at the station',
  startsAt: '2026-01-05T08:00:00Z',
  settings,
  charts: {
    rate: { title: 'Buyers', unit: 'per-second' },
    latency: { title: 'Time to buy', unit: 'ms' },
  },
  measures,
  reports,
  createServices,
  implementations: { careless, careful },
  async visit({ context, truth, system, arrival }) {
    const { meter, elapsedMs, settings: chosen } = context;
    // What was due while a fault excused it is left out of judgement: both times are those of the arrival.
    truth.cups.wasDue(arrival.atMs);
    meter.count(measures.buyers);
    const cup = `cup-${arrival.index + 1}`;
    const outcome = await withPatience(system.buy(cup), chosen.patienceMs);
    if (outcome.kind === 'answered') truth.cups.wasDone(arrival.atMs);
    meter.record(measures.timeToBuy, elapsedMs() - arrival.atMs);
  },
  signals: [
    {
      name: 'rush',
      severity: 'info',
      when: ({ measured }) => measured.buyers >= 2,
      text: ({ measured }) => `${measured.buyers} buyers in this second`,
      shows: [measures.buyers],
    },
  ],
  rules,
  figures: {
    timeToBuy: {
      label: 'time to buy, p99',
      unit: 'ms',
      better: 'lower',
      rule: 'quick',
      of: ({ measured }) => measured.timeToBuy.p99,
    },
    paidAgain: {
      label: 'double payments',
      unit: 'count',
      better: 'lower',
      rule: 'paid-once',
      of: ({ truth }) => paidAgain(truth),
    },
  },
  scenarios,
});
