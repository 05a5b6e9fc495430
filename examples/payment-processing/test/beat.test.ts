import { sleep } from '@firedrill/core/resilience';
import { simulate } from '@firedrill/core/simulation';
import { expect, test } from 'vitest';
import { createBeat } from '../src/implementations/hardened/beat.ts';

/** When a beat of 10 s calls back, in seconds since it was made at 0:03. */
async function beats(
  body: (beat: ReturnType<typeof createBeat>) => Promise<void>,
  again: (calls: number) => number,
): Promise<readonly number[]> {
  const calls: number[] = [];
  await simulate({ seed: 1, start: '2026-11-27T14:00:00Z' }, async () => {
    await sleep(3_000);
    const madeMs = performance.now();
    const clock = { elapsedMs: () => performance.now(), now: () => Date.now() };
    const beat = createBeat(10_000, clock, () => {
      calls.push((performance.now() - madeMs) / 1_000);
      return again(calls.length);
    });
    await body(beat);
    beat.stop();
  });
  return calls;
}

test('a beat that nobody wants never calls back', async () => {
  expect(
    await beats(
      () => sleep(100_000),
      () => 1,
    ),
  ).toEqual([]);
});

test('a beat calls back at the next multiple, and as many later as it says', async () => {
  const calls = await beats(
    async (beat) => {
      await sleep(4_000);
      beat.want();
      await sleep(60_000);
    },
    (made) => (made < 3 ? 1 : 2),
  );
  expect(calls).toEqual([10, 20, 30, 50]);
});

test('whoever wants a beat that is far away has the nearest one', async () => {
  const calls = await beats(
    async (beat) => {
      beat.want();
      await sleep(50_000);
      beat.want();
      await sleep(50_000);
    },
    (made) => (made === 1 ? 1_000 : Infinity),
  );
  expect(calls).toEqual([10, 60]);
});

test('a beat that was stopped is silent', async () => {
  const calls = await beats(
    async (beat) => {
      beat.want();
      beat.stop();
      await sleep(50_000);
    },
    () => 1,
  );
  expect(calls).toEqual([]);
});

test('what is wanted while it is called back is had at the next multiple', async () => {
  const calls = await beats(
    async (beat) => {
      wanted = () => beat.want();
      beat.want();
      await sleep(100_000);
    },
    (made) => {
      if (made === 1) wanted();
      return made === 1 ? 5 : Infinity;
    },
  );
  expect(calls).toEqual([10, 20]);
});
let wanted = (): void => {};
