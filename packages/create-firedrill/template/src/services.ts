import { WorkTally, type WorldContext } from '@firedrill/core/scenario';
import { defineService } from '@firedrill/core/services';
import { z } from 'zod';
import { measures } from './measurements.ts';
import type { Incident } from './types.ts';

/** What really happened. Systems cannot reach it; the rules are judged by it. */
export interface Truth {
  /** How often each cup was paid for. */
  readonly paid: Map<string, number>;
  /** Buyers, and those of them who got their tea while still there, by when they came. */
  readonly cups: WorkTally;
}

/** The till: a service outside, with its latency, and the truth that it writes. */
export function createServices({ meter, violate }: WorldContext<Incident>) {
  const truth: Truth = { paid: new Map(), cups: new WorkTally() };
  meter.gauge(measures.inShop, () => truth.cups.due - truth.cups.done);
  const till = defineService({
    name: 'till',
    baseUrl: 'https://till.example',
    latency: { p50Ms: 50, p99Ms: 120 },
    operations: {
      pay: {
        method: 'POST',
        path: '/payments',
        input: z.object({ cup: z.string(), once: z.boolean() }),
        handle: ({ cup, once }) => {
          const times = truth.paid.get(cup) ?? 0;
          if (once && times > 0) return { receipt: cup };
          truth.paid.set(cup, times + 1);
          if (times > 0) violate('paid-once', `${cup} is paid ${times + 1} times`);
          return { receipt: cup };
        },
      },
      find: {
        method: 'GET',
        path: '/payments/:cup',
        handle: ({ cup }) => ({ isPaid: truth.paid.has(cup) }),
      },
    },
  });
  return { outside: { till }, truth };
}
