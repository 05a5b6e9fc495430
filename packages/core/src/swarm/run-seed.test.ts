import { describe, expect, test } from 'vitest';
import type { AnyExample } from '../scenario/example.ts';
import { faultTargets } from '../scenario/fault-targets.ts';
import { careful, kiosk, type Kiosk } from '../scenario/fixtures/kiosk.ts';
import { detected } from '../scenario/rules/detected.ts';
import { nameRules } from '../scenario/rules/rule.ts';
import type { Implementation } from '../scenario/implementation.ts';
import { sleep } from '../resilience/index.ts';
import { type Fault, faultKinds } from '../services/index.ts';
import { drawStorm } from './draw-storm.ts';
import { runSeed } from './run-seed.ts';
import type { SwarmStorm } from './swarm-storm.ts';

const minute = 60_000;
const storm = (...faults: readonly (Fault & { readonly id: string })[]): SwarmStorm => ({
  seed: 1,
  load: { shape: 'constant', factor: 1, durationMs: 6 * minute },
  settings: {},
  faults,
});
const strike = { id: 'a', service: 'till', fromMs: minute, toMs: 2 * minute } as const;

const withSystem = (create: Implementation<Kiosk>['create']): AnyExample => ({
  ...kiosk,
  implementations: [...kiosk.implementations, { ...careful, name: 'other', create }],
});
/** Serves as the careful one does, a little too late, always or for a time. */
const slowWhile = ({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }) =>
  withSystem((context) => {
    const system = careful.create(context);
    return {
      ...system,
      async buy(cup) {
        const nowMs = context.clock.elapsedMs();
        if (nowMs >= fromMs && nowMs < toMs) await sleep(2_000);
        return system.buy(cup);
      },
    };
  });

const slow = slowWhile({ fromMs: 0, toMs: Infinity });

describe('a storm is judged', () => {
  test('the same each time, whatever was drawn', async () => {
    const targets = await faultTargets(kiosk, kiosk.settings.parse({}));
    for (let seed = 1; seed <= 10; seed += 1) {
      const drawn = drawStorm(seed, { targets, kinds: faultKinds, small: {}, settings: {} });
      for (const name of ['careful', 'careless']) {
        expect(await runSeed(kiosk, drawn, name)).toEqual(await runSeed(kiosk, drawn, name));
      }
    }
  });

  test('on the repaired system by default, and what it reached is told', async () => {
    const result = await runSeed(kiosk, storm({ ...strike, kind: 'drop-response' }));
    expect(result.breakage).toBeUndefined();
    expect(result.reached.kinds).toEqual(['drop-response']);
    expect(result.reached.operations.toSorted()).toEqual(['till.find', 'till.pay']);
    expect(result.virtualMs).toBeGreaterThanOrEqual(6 * minute);
  });

  test('with its own faults and load alone: those of the scenario are left out', async () => {
    const { reached } = await runSeed(kiosk, storm());
    expect(reached).toMatchObject({ kinds: [], operations: ['till.pay'] });
  });

  test('without those figures of which there is none: nobody came, nobody was looked for', async () => {
    const { found } = detected<Kiosk>({
      examined: () => [],
      looksFor: ['thief'],
      baseRates: [0.01],
    });
    const rules = nameRules({
      ...kiosk.rules,
      'thieves-caught': found('thieves are caught', 'planted thief', { atLeast: 0.7 }),
    });
    const empty = { shape: 'constant', factor: 0.001, durationMs: 1_000 } as const;
    const { breakage } = await runSeed({ ...kiosk, rules }, { ...storm(), load: empty });
    expect(breakage).toBeUndefined();
  });

  test('to its end when nothing breaks, and to the first broken invariant', async () => {
    const reset = { ...strike, kind: 'reset', performed: true, toMs: 3 * minute } as const;
    const broken = await runSeed(kiosk, storm(reset), 'careless');
    expect(broken.breakage?.rule).toBe('paid-once');
    expect(broken.virtualMs).toBeLessThan(3 * minute);
    expect(broken.reached).toMatchObject({ kinds: ['reset'], operations: ['till.pay'] });
  });
});

describe('excuses', () => {
  test('an objective that breaks while what it needs is struck is excused, and counted', async () => {
    const dribble = { ...strike, kind: 'dribble', forMs: 100 } as const;
    const result = await runSeed(slowWhile(dribble), storm(dribble), 'other');
    // Of two objectives: the fault, five seconds before it, and 15 s and its own length after it.
    expect(result).toMatchObject({
      breakage: undefined,
      judgedMs: 12 * minute,
      excusedMs: 2 * (2 * minute + 20_000),
      forgiven: ['quick'],
    });
  });

  test('an objective that breaks at another time than while it is excused is broken', async () => {
    const dribble = { ...strike, kind: 'dribble', forMs: 100 } as const;
    const later = { fromMs: 5 * minute, toMs: 5.5 * minute };
    const { breakage, forgiven } = await runSeed(slowWhile(later), storm(dribble), 'other');
    expect(breakage).toMatchObject({ rule: 'quick' });
    expect(breakage?.text).toMatch(
      /^tea takes less than a second: 2\.\d+ s, but for 2 min 20 s that a fault excuses; 2\.\d+ s with them$/,
    );
    expect(forgiven).toEqual([]);
  });

  test('a fault that changed nothing excuses nothing', async () => {
    const unfelt = { ...strike, kind: 'hang', operation: 'find' } as const;
    const { breakage, excusedMs, reached } = await runSeed(slow, storm(unfelt), 'other');
    expect(reached.kinds).toEqual([]);
    expect(breakage?.rule).toBe('quick');
    expect(excusedMs).toBe(0);
  });

  test('without a fault the same objective has none', async () => {
    const { breakage, excusedMs } = await runSeed(slow, storm(), 'other');
    expect(breakage?.rule).toBe('quick');
    expect(excusedMs).toBe(0);
  });

  test('an invariant has none, though everything is struck', async () => {
    const both = [
      { ...strike, kind: 'reset', performed: true } as const,
      { ...strike, id: 'b', kind: 'clock', service: 'app', byMs: 500 } as const,
    ];
    const { breakage } = await runSeed(kiosk, storm(...both), 'careless');
    expect(breakage?.rule).toBe('paid-once');
  });

  test('a fault that is over excuses nothing for ever', async () => {
    /** Waits for ever once a call has failed. */
    const stuck = withSystem(({ outside }) => {
      let isStuck = false;
      return {
        async buy(cup) {
          if (isStuck) await new Promise(() => {});
          await outside.till
            .pay({ cup, once: true }, { timeoutMs: 300 })
            .catch((error: unknown) => {
              isStuck = true;
              throw error;
            });
          return 'sold';
        },
        close: async () => {},
      };
    });
    const { breakage } = await runSeed(stuck, storm({ ...strike, kind: 'error' }), 'other');
    expect(breakage?.rule).toBe('buyers-served');
  });

  test('coming to rest has no excuse, and says its limit', async () => {
    const late = withSystem((context) => ({
      ...careful.create(context),
      close: () => sleep(3 * minute),
    }));
    const { breakage } = await runSeed(
      late,
      storm({ ...strike, kind: 'slow', factor: 2 }),
      'other',
    );
    expect(breakage).toEqual({
      rule: 'recovered',
      text: 'when the faults are over, the system is as before: coming to rest took 3 min, and may take 2 min',
    });
  });
});
