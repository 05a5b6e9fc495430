import { ruleWords, type StormScenario } from '@firedrill/core/scenario';
import { frozenMs, worstAmplification } from '../figures.ts';
import type { Inventory } from '../types.ts';
import { explain } from './explain.ts';
import { storm } from './storm.ts';

const { defineSigns, sign } = ruleWords<Inventory>();

/** The signs by which the incident of direct calls is known. */
export const signs = defineSigns({
  'orders-time-out': sign(
    'one slow service of twelve makes every order slow',
    ({ measured }) => measured.timeToBuy.p99,
    { over: 10_000, unit: 'ms', of: 'at the 99th percentile' },
  ),
  'pool-exhausted': sign(
    'the connection pool runs out, and carts cannot be filled either',
    ({ measured }) => measured.connectionsRefused.last,
    { atLeast: 100, unit: 'count', of: 'refused or given up waiting' },
  ),
  freeze: sign('the shop freezes: orders under way, and not one sale', frozenMs, {
    atLeast: 30_000,
    unit: 'ms',
  }),
  'retry-storm': sign('shoppers who try again double the load', worstAmplification, {
    atLeast: 2,
    unit: 'ratio',
    of: 'of the presses in the worst minute',
  }),
});

export const failure: StormScenario<Inventory> = {
  kind: 'storm',
  title: 'the incident',
  intro: [
    'A shop fills 40,000 carts a day. Each sale is counted (read, pay, write), and twelve services are',
    'told of it one after the other while the shopper waits. Today is Black Friday.',
  ],
  storm,
  cast: [{ implementation: 'direct-calls', role: 'broken' }],
  signs,
  cause: {
    label: 'recommendations stop answering while the rush is on',
    conditions: {
      recommendations: {
        label: 'recommendations slow, then hanging',
        faults: ['recommendations-slow-1', 'recommendations-hang-1'],
      },
      rush: { label: 'the rush', load: 'above-base' },
    },
  },
  explain,
  next: '--scenario=recovery',
};
