import { makeCertain } from '@firedrill/core/resilience';
import type { Implementation } from '@firedrill/core/scenario';
import { withTimeout } from '@firedrill/core/services';
import { reports } from '../measurements.ts';
import type { Incident } from '../types.ts';

/** A time limit, a key that makes a repetition harmless, and a question before anything is repeated. */
export const careful: Implementation<Incident> = {
  name: 'careful',
  week: 2,
  flaw: 'none known: asks what became of it before it takes money again',
  role: 'repaired',
  breaks: [],
  create: ({ outside, telemetry, random }) => {
    const till = withTimeout(outside.till, 300);
    const jitter = random('questions');
    return {
      async buy(cup) {
        await makeCertain(() => till.pay({ cup, once: true }), {
          ask: async () => {
            telemetry.count(reports.asked);
            return (await till.find({ cup })).isPaid ? { receipt: cup } : undefined;
          },
          backoff: { initialMs: 50, maxMs: 200, factor: 2, jitter: 'full' },
          random: () => jitter.next(),
          maxFailures: 20,
          maxAttempts: 20,
        });
        return 'sold';
      },
      close: async () => {},
    };
  },
};
