import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { careful, kiosk, type Kiosk } from '../scenario/fixtures/kiosk.ts';
import type { AnyExample } from '../scenario/example.ts';
import { faultTargets } from '../scenario/fault-targets.ts';
import type { Implementation } from '../scenario/implementation.ts';
import { type Fault, faultKinds, noLimit } from '../services/index.ts';
import { drawStorm } from './draw-storm.ts';
import { runSeed } from './run-seed.ts';
import { shrink } from './shrink.ts';
import type { SwarmStorm } from './swarm-storm.ts';

const minute = 60_000;

/** Sells as the careful one does, and does `atStart` when it comes back after a crash. */
const planted = (
  atStart: (till: Parameters<typeof careful.create>[0]['outside']['till']) => Promise<unknown>,
): AnyExample =>
  withSystem((context) => {
    const startedAgain = context.clock.now() > Date.parse(kiosk.startsAt);
    if (startedAgain) void atStart(context.outside.till).catch(() => {});
    return careful.create(context);
  });

const withSystem = (create: Implementation<Kiosk>['create']): AnyExample => ({
  ...kiosk,
  implementations: [...kiosk.implementations, { ...careful, name: 'planted', create }],
});

/** With a setting that brings a second process. */
const withSpare = (example: AnyExample): AnyExample => ({
  ...example,
  settings: z.object({
    ratePerSecond: z.number().default(2),
    patienceMs: z.number().default(3_000),
    spare: z.number().default(0),
  }),
  processes: ({ spare }) => (spare === 1 ? ['app', 'spare'] : ['app']),
});

const limit = { timeoutMs: noLimit('a test') } as const;
const again = { cup: 'cup-1', once: false } as const;

const fault = (id: string, kind: 'crash' | 'hang' | 'dribble', more: Partial<Fault> = {}) =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each kind with what it needs
  ({
    id,
    kind,
    service: kind === 'crash' ? 'app' : 'till',
    fromMs: minute,
    toMs: 2 * minute,
    ...(kind === 'dribble' && { forMs: 100 }),
    ...more,
  }) as SwarmStorm['faults'][number];

const storm = (...faults: SwarmStorm['faults']): SwarmStorm => ({
  seed: 3,
  load: { shape: 'spike', factor: 1, durationMs: 6 * minute },
  settings: { patienceMs: 2_500 },
  faults,
});

async function shrunk(example: AnyExample, failing: SwarmStorm, maxRuns?: number) {
  const failed = await runSeed(example, failing, 'planted');
  const result = await shrink(failed, {
    example,
    implementation: 'planted',
    ...(maxRuns !== undefined && { maxRuns }),
  });
  return { failed, ...result };
}

describe('shrinking keeps the faults that matter, and the rule', () => {
  const crashing = planted((till) => till.pay(again, limit));
  const many = storm(
    fault('a', 'dribble', { operation: 'find' }),
    fault('b', 'dribble', { fromMs: 0 }),
    fault('c', 'crash'),
    fault('d', 'dribble', { share: 0.5 }),
    fault('e', 'dribble'),
  );

  test('one crash of five faults, shorter, in a calmer and shorter run with default settings', async () => {
    const { storm: small, breakage, runs } = await shrunk(crashing, many);
    expect(breakage.rule).toBe('paid-once');
    expect(small.faults).toEqual([
      { ...fault('c', 'crash'), toMs: expect.any(Number), fromMs: expect.any(Number) },
    ]);
    const [left] = small.faults;
    expect((left?.toMs ?? Infinity) - (left?.fromMs ?? 0)).toBeLessThan(minute);
    expect(small.settings).toEqual({});
    expect(small.load.shape).toBe('constant');
    expect(small.load.durationMs).toBeLessThan(many.load.durationMs);
    expect(runs).toBeLessThanOrEqual(120);
  });

  test('both of two that break it only together', async () => {
    const example = planted(async (till) => {
      const answer = await till.find({ cup: 'cup-1' }, { timeoutMs: 1_000 }).catch(() => 'none');
      if (answer === 'none') await till.pay(again, limit);
    });
    const failing = storm(
      ...many.faults,
      fault('f', 'hang', { operation: 'find', toMs: 3 * minute }),
    );
    const { storm: small, breakage } = await shrunk(example, failing);
    expect(breakage.rule).toBe('paid-once');
    expect(small.faults.map(({ id }) => id)).toEqual(['c', 'f']);
  });

  test('none at all when none matters', async () => {
    const always = withSystem((context) => ({
      ...careful.create(context),
      async buy(cup) {
        await context.outside.till.pay({ cup, once: false }, limit);
        await context.outside.till.pay({ cup, once: false }, limit);
        return 'sold';
      },
    }));
    const { storm: small, breakage } = await shrunk(always, many);
    expect(breakage.rule).toBe('paid-once');
    expect(small.faults).toEqual([]);
  });

  test('not until nobody comes any more, where somebody was served badly', async () => {
    const rude = withSystem((context) => ({
      ...careful.create(context),
      buy: () => Promise.reject(new Error('not for you')),
    }));
    const { storm: small, breakage } = await shrunk(rude, storm());
    expect(breakage.text).toBe('who comes for tea gets tea: 0 %: 0 of 3 cups');
    expect(small.load.durationMs).toBeLessThan(6 * minute);
  });

  test('a setting stays that brings what is struck, and others go', async () => {
    const { storm: small, breakage } = await shrunk(withSpare(crashing), {
      ...storm(fault('a', 'dribble'), fault('s', 'crash', { service: 'spare' })),
      settings: { patienceMs: 2_500, spare: 1, ratePerSecond: 3 },
    });
    expect(breakage.rule).toBe('paid-once');
    expect(small.faults).toMatchObject([{ id: 's', service: 'spare' }]);
    expect(small.settings).toEqual({ spare: 1 });
  });

  test('what it gives breaks the rule when it is run again, and is legal', async () => {
    const { storm: small, breakage } = await shrunk(crashing, many);
    expect((await runSeed(crashing, small, 'planted')).breakage).toEqual(breakage);
    for (const { toMs } of small.faults) expect(toMs).toBeLessThanOrEqual(small.load.durationMs);
  });
});

describe('shrinking ends', () => {
  const crashing = planted((till) => till.pay(again, limit));
  const failing = storm(fault('a', 'dribble'), fault('c', 'crash'), fault('e', 'dribble'));

  test('after so many runs, with the smallest storm so far', async () => {
    const { runs, breakage } = await shrunk(crashing, failing, 2);
    expect(runs).toBe(2);
    expect(breakage.rule).toBe('paid-once');
    expect((await shrunk(crashing, failing, 0)).storm).toEqual(failing);
  });

  test('when whoever asked has had enough', async () => {
    const failed = await runSeed(crashing, failing, 'planted');
    const told: SwarmStorm[] = [];
    const { storm: small } = await shrink(failed, {
      example: crashing,
      implementation: 'planted',
      onSmaller: (smaller) => told.push(smaller),
      isOver: () => told.length === 1,
    });
    expect(told).toEqual([small]);
  });

  test('for every storm that breaks the careless system, whatever was drawn', async () => {
    const targets = await faultTargets(kiosk, kiosk.settings.parse({}));
    const space = { targets, kinds: faultKinds, small: {}, settings: {} };
    const rules = new Set<string>();
    for (let seed = 0; seed < 60; seed += 1) {
      const failed = await runSeed(kiosk, drawStorm(seed, space), 'careless');
      if (failed.breakage === undefined) continue;
      rules.add(failed.breakage.rule);
      const small = await shrink(failed, { example: kiosk, implementation: 'careless' });
      expect(small.breakage.rule).toBe(failed.breakage.rule);
      expect(small.storm.faults.length).toBeLessThanOrEqual(2);
      expect(small.runs).toBeLessThanOrEqual(120);
    }
    expect(rules).toContain('paid-once');
  });

  test('a storm that breaks nothing cannot be shrunk', async () => {
    const held = await runSeed(kiosk, storm());
    await expect(shrink(held, { example: kiosk })).rejects.toThrow(
      'Failed to shrink a storm that breaks nothing.',
    );
  });
});
