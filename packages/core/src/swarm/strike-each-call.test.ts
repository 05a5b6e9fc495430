import { describe, expect, test } from 'vitest';
import { sleep } from '../resilience/index.ts';
import { careful, careless, kiosk, type Kiosk } from '../scenario/fixtures/kiosk.ts';
import type { Implementation } from '../scenario/implementation.ts';
import { withTimeout } from '../services/index.ts';
import { strikeEachCall } from './strike-each-call.ts';

const strike = (implementation: Implementation<Kiosk>, stopsAtFirst = false) =>
  strikeEachCall(kiosk, implementation, {
    factor: 5,
    stopsAtFirst,
  });

/** Looks a payment up whose answer is lost, and pays again when that fails, too. */
const hasty: Implementation<Kiosk> = {
  ...careful,
  name: 'hasty',
  create: ({ outside }) => {
    const till = withTimeout(outside.till, 300);
    return {
      async buy(cup) {
        for (;;) {
          try {
            await till.pay({ cup, once: false });
            return 'sold';
          } catch {
            const isPaid = await till.find({ cup }).then(
              (found) => found.isPaid,
              () => false,
            );
            if (isPaid) return 'sold';
            await sleep(200);
          }
        }
      },
      close: async () => {},
    };
  },
};

describe('each call is struck', () => {
  test('also what only a lost answer leads to; the repaired system holds', async () => {
    const { broken, unreached, strikes, runs } = await strike(careful);
    expect(broken).toEqual([]);
    expect(unreached).toEqual([]);
    expect(strikes).toBeGreaterThan(runs);
  });

  test('what nothing leads to is named', async () => {
    const { unreached } = await strike({ ...careful, create: careless.create });
    expect(unreached).toEqual(['till.find']);
  });

  test('when it is made, also where that is seldom', async () => {
    const { unreached } = await strikeEachCall(kiosk, careful, { factor: 0.3 });
    expect(unreached).toEqual([]);
  });

  test('a look-up that fails, taken for "not there", is found', async () => {
    const { broken } = await strike(hasty);
    expect(broken[0]).toMatchObject({ rule: 'paid-once' });
    expect(broken[0]?.blows).toMatch(/of till.pay \+ \w+ of till.find/);
  });

  test('until the first that breaks, where that is enough', async () => {
    const all = await strike(hasty);
    const { broken, runs } = await strike(hasty, true);
    expect(all.broken.length).toBeGreaterThan(1);
    expect(broken).toEqual(all.broken.slice(0, 1));
    expect(runs).toBeLessThanOrEqual(all.runs);
  });

  test('the same each time', async () => {
    expect(await strike(hasty)).toEqual(await strike(hasty));
  });
});
