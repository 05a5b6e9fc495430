import type { Scenario, ScenarioName } from '@firedrill/core/scenario';
import { paidAgain, signs } from './rules.ts';
import { storm } from './storm.ts';
import type { Incident } from './types.ts';

const title = 'The train is in';
const broken = { implementation: 'careless', role: 'broken' } as const;
const repaired = { implementation: 'careful', role: 'repaired' } as const;

/** Watch it break, watch the repaired system in the same storm, see how far it scales, and all of it. */
export const scenarios: Readonly<Record<ScenarioName, Scenario<Incident>>> = {
  failure: {
    kind: 'storm',
    title,
    intro: ['A kiosk sells tea at a station. The till drops one connection in five.'],
    next: '--scenario=recovery',
    storm,
    cast: [broken],
    signs,
    cause: {
      label: 'resets while the train is in',
      conditions: {
        resets: { label: 'the resets of the till', faults: ['till-resets'] },
        train: { label: 'the train', load: 'above-base' },
      },
    },
    explain: ({ truth }) => ({
      chain: [{ kind: 'cause', text: 'no answer is not the same as not paid' }],
      lessons: [{ text: `${paidAgain(truth)} cups were paid again: ask before you repeat` }],
    }),
  },
  recovery: {
    kind: 'storm',
    title,
    intro: ['The same train and the same till, and a system that asks before it repeats.'],
    next: '--scenario=scale',
    storm,
    cast: [broken, repaired],
    about: 'repaired',
    signs,
  },
  scale: {
    kind: 'scale',
    title: 'Longer and longer trains',
    intro: [],
    next: '',
    implementations: ['careful'],
    baseRatePerSecond: ({ ratePerSecond }) => ratePerSecond,
    multipliers: [1, 10, 100],
    stepMs: 10_000,
    columns: [{ name: 'p99', label: 'p99', unit: 'ms' }],
    row: ({ phase: { measured } }) => ({ p99: measured.timeToBuy.p99 }),
    conclude: () => ({ note: 'The till takes as many as come.', checks: [] }),
  },
  story: {
    kind: 'storm',
    title,
    intro: ['A kiosk sells tea at a station.'],
    next: '--scenario=failure',
    storm,
    cast: [broken, repaired],
    about: 'repaired',
    signs,
  },
};
