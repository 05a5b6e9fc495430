import { describe, expect, test } from 'vitest';
import { outcomeOf, settle } from '../../resilience/index.ts';
import { careful, kiosk, type Kiosk } from '../fixtures/kiosk.ts';
import type { Implementation } from '../implementation.ts';
import { simulateSystem } from '../testing.ts';

const crash = (fromMs: number, toMs: number) =>
  ({ kind: 'crash', service: 'app', fromMs, toMs }) as const;

/** Counts in memory, and tells. */
const counting = (starts: number[]): Implementation<Kiosk> => ({
  ...careful,
  create: (context) => {
    let sold = 0;
    starts.push(context.process.start);
    return {
      async buy(cup) {
        await context.outside.till.pay({ cup, once: true }, { timeoutMs: 1_000 });
        sold += 1;
        if (sold > 1) throw new Error('sold twice in one life');
        return 'sold';
      },
      close: async () => {},
    };
  },
});

describe('a process that crashes', () => {
  test('loses what it had in memory, and comes back when the fault ends; the stores remain', async () => {
    const starts: number[] = [];
    await simulateSystem(
      kiosk,
      { implementation: counting(starts), faults: [crash(1_000, 2_000)] },
      async ({ system, truth, sleep }) => {
        expect(await system.buy('a')).toBe('sold');
        await sleep(1_500 - 100);
        await expect(system.buy('b')).rejects.toThrow('the process is down');
        await sleep(1_000);
        expect(await system.buy('c')).toBe('sold');
        expect([...truth.paid.keys()]).toEqual(['a', 'c']);
        expect(starts).toEqual([1, 2]);
      },
    );
  });

  test('leaves whoever waits for it with an unknown outcome; the call that was sent arrives', () =>
    simulateSystem(
      kiosk,
      { implementation: careful, faults: [crash(20, 500)] },
      async ({ system, truth, sleep }) => {
        const outcome = await settle(system.buy('a'));
        expect(outcome).toMatchObject({ kind: 'unknown', error: { code: 'PROCESS_CRASHED' } });
        expect(outcome.kind === 'unknown' && outcomeOf(outcome.error)).toBe('unknown');
        await sleep(1_000);
        expect(truth.paid.get('a')).toBe(1);
      },
    ));

  test.each(['till', 'till.pay'])(
    'after %s, crashes once it is done, before the answer is there; without, not at all',
    async (after) => {
      const starts: number[] = [];
      const faults = [
        { ...crash(0, 500), after },
        { ...crash(600, 1_000), after },
        { ...crash(2_000, 2_500), after: 'till.find' },
      ];
      await simulateSystem(
        kiosk,
        { implementation: counting(starts), faults },
        async ({ system, truth, sleep, network }) => {
          await sleep(100);
          const outcome = await settle(system.buy('a'));
          expect(outcome).toMatchObject({ kind: 'unknown', error: { code: 'PROCESS_CRASHED' } });
          expect(truth.paid.get('a')).toBe(1);
          await sleep(1_500);
          expect(await system.buy('b')).toBe('sold');
          await sleep(1_000);
          expect(starts).toEqual([1, 2]);
          expect([...network.faultCounts().values()]).toEqual([1, 0, 0]);
        },
      );
    },
  );

  test('does nothing any more: its calls do not arrive, and its rejections are nobody’s', async () => {
    let calls = 0;
    const restless: Implementation<Kiosk> = {
      ...careful,
      create: ({ outside, process, telemetry }) => {
        if (process.start === 1) {
          setInterval(() => {
            calls += 1;
            void outside.till.pay({ cup: `cup-${calls}`, once: false }, { timeoutMs: 10 });
            telemetry.note({ name: 'ghost', severity: 'info', text: 'still here' });
          }, 100);
        }
        return { buy: async () => 'sold' as const, close: async () => {} };
      },
    };
    await simulateSystem(
      kiosk,
      { implementation: restless, faults: [crash(950, 1_000)] },
      async ({ truth, sleep, thrown, network }) => {
        await sleep(5_000);
        expect(calls).toBeGreaterThan(40);
        expect(network.stats().get('till')?.calls).toBe(9);
        expect(truth.paid.size).toBe(9);
        expect(thrown().filter(({ via }) => via === 'unhandled').length).toBeLessThanOrEqual(1);
      },
    );
  });

  test('while it closes is closed again when it has come back, with what it has promised', () => {
    const closed: number[] = [];
    const slow: Implementation<Kiosk> = {
      ...careful,
      create: ({ outside, process }) => ({
        buy: async () => 'sold' as const,
        async close() {
          await outside.till.pay({ cup: 'last', once: true }, { timeoutMs: 5_000 });
          closed.push(process.start);
        },
      }),
    };
    const hang = { kind: 'hang', service: 'till', fromMs: 0, toMs: 1_500 } as const;
    return simulateSystem(
      kiosk,
      { implementation: slow, faults: [hang, crash(1_000, 2_000)] },
      async ({ context, close }) => {
        await close();
        expect(closed).toEqual([2]);
        expect(context.elapsedMs()).toBeGreaterThan(2_000);
      },
    );
  });

  test('stays down while any of its crashes lasts', () =>
    simulateSystem(
      kiosk,
      { implementation: careful, faults: [crash(100, 1_000), crash(500, 3_000)] },
      async ({ system, sleep, network }) => {
        await sleep(2_000);
        await expect(system.buy('a')).rejects.toThrow('the process is down');
        await sleep(1_500);
        expect(await system.buy('a')).toBe('sold');
        expect([...network.faultCounts().values()]).toEqual([1, 1]);
      },
    ));
});

test('what a callback of a system throws is told, with its place, and the run goes on', async () => {
  const mistaken: Implementation<Kiosk> = {
    ...careful,
    create: (context) => {
      setTimeout(() => {
        throw new TypeError('no such cup');
      }, 1_000);
      return careful.create(context);
    },
  };
  await simulateSystem(kiosk, { implementation: mistaken }, async ({ system, sleep, thrown }) => {
    await sleep(2_000);
    expect(await system.buy('a')).toBe('sold');
    expect(thrown()).toMatchObject([
      { name: 'TypeError', message: 'no such cup', via: 'unhandled', count: 1, isDefect: true },
    ]);
  });
});

test.each([
  ['undefined', undefined],
  ['a promise', Promise.resolve()],
])(
  'a "create" that gives %s is told once with the remedy, and nothing is served',
  async (what, made) => {
    const forgetful: Implementation<Kiosk> = {
      ...careful,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- whoever writes without types
      create: () => made as unknown as Kiosk['system'],
    };
    await simulateSystem(kiosk, { implementation: forgetful }, async ({ system, thrown }) => {
      await expect(system.buy('a')).rejects.toThrow('the process is down');
      expect(thrown()).toMatchObject([{ name: 'TypeError', count: 1, isDefect: true }]);
      expect(thrown()[0]?.message).toContain(`"create" gives ${what}: let it return the system`);
    });
  },
);

test('a clock fault makes the wall clock of its process wrong, and no other', async () => {
  const seen: number[] = [];
  const watching: Implementation<Kiosk> = {
    ...careful,
    create: ({ clock }) => ({
      buy: async () => {
        seen.push(clock.now() - Date.now(), clock.elapsedMs());
        return 'sold';
      },
      close: async () => {},
    }),
  };
  const faults = [
    { kind: 'clock', service: 'app', byMs: -4_000, fromMs: 1_000, toMs: 2_000 },
  ] as const;
  await simulateSystem(kiosk, { implementation: watching, faults }, async ({ system, sleep }) => {
    await system.buy('a');
    await sleep(1_500);
    await system.buy('b');
    await sleep(1_500);
    await system.buy('c');
  });
  expect(seen).toEqual([0, 0, -4_000, 1_500, 0, 3_000]);
});

test('visitors and system share no object: what either changes later, the other does not see', async () => {
  const request = { cup: 'a' };
  let kept: { cup: string } | undefined;
  const keeping = {
    ...careful,
    create: () => ({
      buy: async (cup: string) => {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- handed an object on purpose
        kept = cup as unknown as { cup: string };
        return 'sold' as const;
      },
      close: async () => {},
    }),
  } satisfies Implementation<Kiosk>;
  await simulateSystem(kiosk, { implementation: keeping }, async ({ system }) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- handed an object on purpose
    await system.buy(request as unknown as string);
    if (kept !== undefined) kept.cup = 'b';
    expect(request).toEqual({ cup: 'a' });
    expect(kept).toEqual({ cup: 'b' });
  });
});
