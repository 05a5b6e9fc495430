import { expect, test } from 'vitest';
import { outcomeOf, sleep } from '../resilience/index.ts';
import { careful, kiosk, type Kiosk } from '../scenario/fixtures/kiosk.ts';
import type { Implementation } from '../scenario/implementation.ts';
import { withTimeout } from '../services/index.ts';
import { strikeWhatIsDue } from './strike-what-is-due.ts';

const hour = 3_600_000;
const feeAtMs = 2 * hour;

const { recovery } = kiosk.scenarios;
if (recovery.kind !== 'storm') throw new RangeError('The kiosk recovers from a storm.');

/** The kiosk, and a fee for its place that is due two hours after it has opened, to be paid within ten minutes. */
const withFee = {
  ...kiosk,
  scenarios: {
    ...kiosk.scenarios,
    recovery: {
      ...recovery,
      storm: {
        ...recovery.storm,
        epilogueMs: () => 3 * hour,
        due: () => [{ atMs: [feeAtMs], withinMs: 600_000, operations: ['till.pay', 'till.find'] }],
      },
    },
  },
};

/** The careful one, who pays the fee, once or not, and tries again for as long as that fails. */
const feePaid = (isOnce: boolean): Implementation<Kiosk> => ({
  ...careful,
  create(context) {
    const till = withTimeout(context.outside.till, 300);
    const timer = setTimeout(() => void insist(), feeAtMs);
    async function insist(): Promise<void> {
      for (;;) {
        try {
          await till.pay({ cup: 'fee', once: isOnce });
          return;
        } catch (error) {
          if (outcomeOf(error) === undefined) throw error;
          await sleep(5_000);
        }
      }
    }
    const system = careful.create(context);
    return {
      buy: (cup) => system.buy(cup),
      async close() {
        clearTimeout(timer);
        await system.close();
      },
    };
  },
});

const once = feePaid(true);
const again = feePaid(false);

test('what is due is struck, each call and however; who pays it once holds', async () => {
  const { broken, strikes, runs } = await strikeWhatIsDue(withFee, once);
  expect(broken).toEqual([]);
  // Four moments fit into ten minutes.
  expect(runs).toBe(Math.ceil(strikes / 4));
});

test('who pays it again after a lost answer is found', async () => {
  const { broken } = await strikeWhatIsDue(withFee, again);
  expect(broken[0]).toMatchObject({ rule: 'paid-once' });
  expect(broken[0]?.blows).toContain('of till.pay');
});

test('what is due and nobody does is named', async () => {
  const { unreached } = await strikeWhatIsDue(withFee, once);
  expect(unreached).toEqual(['till.find']);
});

test('where nothing is due there is nothing to strike', async () => {
  expect(await strikeWhatIsDue(kiosk, careful)).toEqual({
    broken: [],
    strikes: 0,
    runs: 0,
    unreached: [],
  });
});
