import type { Rule, StormScenario } from '@firedrill/core/scenario';
import { frozenMs, worstAmplification } from '../measurements.ts';
import type { Settings } from '../settings.ts';
import type { InventorySystem } from '../system.ts';
import type { World } from '../world.ts';
import { storm } from './storm.ts';

type Sign = Rule<Settings, World, InventorySystem>;

/** The signs by which the incident of direct calls is known. */
export const incident: readonly Sign[] = [
  {
    name: 'orders-time-out',
    title: 'one slow service of twelve makes every order slow',
    kind: 'incident',
    expected: 'over 10 s at the 99th percentile',
    evaluate({ meter }) {
      const p99 = meter.percentile('order', 99) / 1_000;
      return { holds: p99 > 10, observed: `${p99.toFixed(1)} s` };
    },
  },
  {
    name: 'pool-exhausted',
    title: 'the connection pool runs out, and carts cannot be filled either',
    kind: 'incident',
    expected: 'shoppers wait for a connection, and some are refused',
    evaluate({ meter, firstSignals }) {
      const waiting = meter.peak('poolWaiting');
      const refused = meter.peak('poolRefused');
      return {
        holds: firstSignals.has('pool-exhausted') && refused > 0,
        observed: `${waiting} waited at once, ${refused} refused`,
      };
    },
  },
  {
    name: 'freeze',
    title: 'the shop freezes',
    kind: 'incident',
    expected: 'no sale at all for at least 30 s in sum',
    evaluate(phase) {
      const frozen = frozenMs(phase);
      return { holds: frozen >= 30_000, observed: `${frozen / 1_000} s` };
    },
  },
  {
    name: 'retry-storm',
    title: 'shoppers who try again double the load',
    kind: 'incident',
    expected: 'at least twice the presses in some minute',
    evaluate(phase) {
      const times = worstAmplification(phase);
      return { holds: times >= 2, observed: `${times.toFixed(1)} times` };
    },
  },
];

export const failure: StormScenario<Settings, World, InventorySystem> = {
  kind: 'storm',
  title: 'the incident',
  intro: [
    'A shop fills 40,000 carts a day. Each sale is counted (read, pay, write), and twelve services are',
    'told of it one after the other while the shopper waits. Today is Black Friday.',
  ],
  storm,
  cast: [{ implementation: 'direct-calls', role: 'broken' }],
  incident,
  next: '--scenario=recovery',
};
